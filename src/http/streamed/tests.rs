//! What is written for steps that a test makes up.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::*;
use crate::http::stream::Payload;

const LONG: Duration = Duration::from_secs(60);

fn id() -> RequestId {
    RequestId("r1".to_owned())
}

fn result(n: u8) -> Step {
    let json = format!("{{\"data\":{n}}}").into_boxed_str();
    Step::Next(Arc::new(Payload { json, cursor: format!("C{n}").into_boxed_str() }))
}

fn ending(code: &str, message: &str) -> Step {
    Step::Ended(Ending { error: codes::error(code, message), cursor: "C9".into() })
}

/// Steps as a test sends them; it can send one more than were taken.
fn steps() -> (mpsc::Sender<Step>, impl Steps<Item = Step> + Send + 'static) {
    let (sender, receiver) = mpsc::channel(1);
    (sender, stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|step| (step, receiver))))
}

async fn written(framing: Framing, steps: Vec<Step>) -> String {
    let pieces: Vec<_> = pieces(framing, id(), LONG, stream::iter(steps)).collect().await;
    let pieces = pieces.into_iter().map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap());
    pieces.collect()
}

#[tokio::test]
async fn events_carry_results_their_positions_and_one_ending() {
    let steps = vec![result(1), result(2), ending("SLOW_CONSUMER", "too slow"), result(3)];
    assert_eq!(
        written(Framing::EventStream, steps).await,
        ":\n\n\
         id: C1\nevent: next\ndata: {\"data\":1}\n\n\
         id: C2\nevent: next\ndata: {\"data\":2}\n\n\
         id: C9\nevent: next\ndata: {\"errors\":[{\"message\":\"too slow\",\"extensions\":{\"code\":\"SLOW_CONSUMER\"}}]}\n\n\
         event: complete\ndata: \n\n"
    );
}

#[tokio::test]
async fn parts_carry_results_and_one_ending() {
    const HEAD: &str = "content-type: application/json\r\n\r\n";
    let steps = vec![result(1), ending("SHUTTING_DOWN", "bye"), result(3)];
    assert_eq!(
        written(Framing::Multipart, steps).await,
        format!(
            "\r\n--graphql\r\n{HEAD}{{\"payload\":{{\"data\":1}}}}\r\n--graphql\r\n{HEAD}{{\"payload\":null,\"errors\":\
             [{{\"message\":\"bye\",\"extensions\":{{\"code\":\"SHUTTING_DOWN\"}}}}]}}\r\n--graphql--\r\n"
        )
    );
}

#[tokio::test]
async fn faults_of_the_server_are_hidden_with_the_request_id() {
    for framing in [Framing::EventStream, Framing::Multipart] {
        let written = written(framing, vec![ending("INTERNAL", "disk full")]).await;
        assert!(!written.contains("disk"), "{written}");
        assert!(written.contains("internal error") && written.contains("\"requestId\":\"r1\""), "{written}");
    }
}

#[tokio::test]
async fn a_silent_stream_gives_signs_of_life_and_loses_nothing() {
    for (framing, sign) in [(Framing::EventStream, sse::KEEP_ALIVE), (Framing::Multipart, multipart::HEARTBEAT)] {
        let (sender, taken) = steps();
        let mut pieces = Box::pin(pieces(framing, id(), Duration::from_millis(20), taken));
        assert_eq!(pieces.next().await.unwrap().unwrap(), framing.opening());
        for n in 1..=3 {
            assert_eq!(pieces.next().await.unwrap().unwrap(), sign);
            sender.try_send(result(n)).unwrap();
            assert_eq!(
                pieces.next().await.unwrap().unwrap(),
                framing.next(&format!("C{n}"), &format!("{{\"data\":{n}}}"))
            );
        }
    }
}

#[tokio::test]
async fn a_piece_is_taken_only_when_the_one_before_it_is_gone() {
    let (sender, taken) = steps();
    let mut pieces = Box::pin(pieces(Framing::EventStream, id(), LONG, taken));
    pieces.next().await.unwrap().unwrap();
    sender.try_send(result(1)).unwrap();
    assert!(sender.try_send(result(2)).is_err(), "nobody asked for more");
    pieces.next().await.unwrap().unwrap();
    sender.try_send(result(2)).unwrap();
    drop(pieces);
    assert!(sender.is_closed(), "a body that is dropped ends its subscription");
}
