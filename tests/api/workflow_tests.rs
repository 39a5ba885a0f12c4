//! `testWorkflow`: a dry run on any conversation, of which nothing stays (semantics §12.5).

use entity::enums::Scope;
use entity::{event, notification, ticket, timer, workflow_run};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::support::organisation::EVERYTHING;
use crate::support::workflows::input;
use crate::support::{World, both};

both!(
    a_dry_run_tells_what_would_be_done_and_does_nothing,
    what_does_not_match_has_verdicts_and_no_outcomes,
    a_dry_run_needs_the_conversation_and_the_rights,
);

/// How much there is of everything a run may write.
async fn written(world: &World) -> [u64; 5] {
    let rows = world.rows().await;
    let counts = [
        event::Entity::find().count(&rows).await.unwrap(),
        workflow_run::Entity::find().count(&rows).await.unwrap(),
        notification::Entity::find().count(&rows).await.unwrap(),
        ticket::Entity::find().count(&rows).await.unwrap(),
        timer::Entity::find().count(&rows).await.unwrap(),
    ];
    rows.close().await.unwrap();
    counts
}

async fn a_dry_run_tells_what_would_be_done_and_does_nothing(world: &World) {
    let id = world.opened().await;
    world.workflow("one", json!({ "trigger": "TAGGED" })).await;
    let gone = world.tag("gone").await;
    let actions = json!([
        { "setPriority": { "priority": "HIGH" } },
        { "setPriority": { "priority": "HIGH" } },
        { "assign": { "assigneeId": world.organisation().bea.id } },
        { "createTicket": { "externalRefs": [{ "system": "shop", "key": "1" }] } },
        { "snooze": { "until": { "at": "2020-01-01T00:00:00Z" } } },
        { "addTags": [gone] },
        { "close": true },
    ]);
    let condition = json!({ "all": [{ "text": { "containsAny": ["order"] } }, { "not": { "unassigned": false } }] });
    let conversation = world.ada().conversation(&id).await;
    let before = (world.last_seq().await, written(world).await);
    // Its name is another's, whatever its trigger and whether it is to run.
    let given = json!({ "trigger": "TICKET_CHANGED", "enabled": false, "condition": condition, "actions": actions });
    let tried = world.ada().try_workflow(&input("one", given), &id).await.done();
    let verdicts = ["all", "all[0].text", "all[1].not", "all[1].not.unassigned"];
    let matched = [true, true, true, false];
    let expected: Vec<Value> =
        verdicts.iter().zip(matched).map(|(path, matched)| json!({ "path": path, "matched": matched })).collect();
    assert_eq!((tried.get("matched"), tried.get("verdicts")), (&json!(true), &json!(expected)));
    let done = |action: &str, changed: bool| json!({ "action": action, "changed": changed, "error": null });
    let outcomes = tried.get("outcomes").as_array().unwrap();
    assert_eq!(
        outcomes[..4],
        [done("SET_PRIORITY", true), done("SET_PRIORITY", false), done("ASSIGN", true), done("CREATE_TICKET", true)]
    );
    assert_eq!((&outcomes[4]["action"], &outcomes[4]["changed"]), (&json!("SNOOZE"), &json!(false)));
    assert_eq!(outcomes[4]["error"]["code"], "IN_THE_PAST", "{outcomes:#?}");
    assert_eq!(outcomes[5..], [done("ADD_TAGS", true), done("CLOSE", true)], "those behind a refused one are done");
    assert_eq!((world.last_seq().await, written(world).await), before);
    assert_eq!(world.ada().conversation(&id).await, conversation);
    world.run_due().await;
    assert_eq!(world.last_seq().await, before.0, "nothing is left to do either");
    // The number a ticket would have got, and the tag that would have been used, are free.
    assert_eq!(world.ada().mutate("createTicket", json!({ "title": "A" })).await.changed().int("ticket.number"), 1);
    world.ada().mutate("deleteTag", json!({ "tagId": gone })).await.done();
}

async fn what_does_not_match_has_verdicts_and_no_outcomes(world: &World) {
    let id = world.opened().await;
    let asked = |condition: Value| input("new", json!({ "condition": condition }));
    let tried = world.ada().try_workflow(&asked(json!({ "priorities": ["LOW"] })), &id).await.done();
    assert_eq!(tried.get("verdicts"), &json!([{ "path": "priorities", "matched": false }]));
    assert_eq!((tried.get("matched"), tried.get("outcomes")), (&json!(false), &json!([])));
    let always = world.ada().try_workflow(&asked(Value::Null), &id).await.done();
    assert_eq!((always.get("matched"), always.get("verdicts")), (&json!(true), &json!([])));
    // The newest of the customer's messages is what counts as the triggering one.
    let words = asked(json!({ "all": [{ "text": { "containsAny": ["refund"] } }, { "firstMessage": false }] }));
    assert_eq!(world.ada().try_workflow(&words, &id).await.done().get("matched"), false);
    let mut mail = world.mail("zoe@example.com", "I want a REFUND");
    mail["subject"] = json!(format!("Re: [#{}]", world.ada().conversation(&id).await["number"]));
    assert_eq!(world.gateway().receive(mail).await.changed().conversation(), id);
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "We see." })).await.changed();
    assert_eq!(world.ada().try_workflow(&words, &id).await.done().get("matched"), true);
    let spam = world.spam().await;
    assert_eq!(world.ada().try_workflow(&asked(Value::Null), &spam).await.done().get("matched"), false);
}

async fn a_dry_run_needs_the_conversation_and_the_rights(world: &World) {
    let (id, hidden) = (world.opened().await, world.hidden().await);
    let good = input("new", json!({}));
    for unknown in ["conversation_01h455vb4pex5vsknk084sn02q", "agent_01h455vb4pex5vsknk084sn02q", "", &hidden] {
        let narrow =
            world.token(&world.organisation().robot.id, &EVERYTHING, Some(&[&world.organisation().mail])).await;
        let answer = world.client(&narrow).try_workflow(&good, unknown).await.failed("NOT_FOUND");
        assert_eq!(answer.at("testWorkflow"), &Value::Null);
    }
    world.ada().try_workflow(&good, &hidden).await.done();
    world.robot().try_workflow(&good, &id).await.done();
    let of_ada = async |without: Scope| {
        let scopes: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != without).collect();
        world.client(&world.token(&world.organisation().ada.id, &scopes, None).await)
    };
    for client in [world.bea(), world.gateway(), of_ada(Scope::Admin).await, of_ada(Scope::ConversationsRead).await] {
        let answer = client.try_workflow(&good, &id).await.failed("FORBIDDEN");
        assert_eq!(answer.at("testWorkflow"), &Value::Null);
    }
}
