//! Every kind of link has its other end, and none is to itself.

use super::*;

#[test]
fn every_kind_seen_from_the_other_end_and_back_is_itself() {
    for kind in BY_HAND.into_iter().chain([LinkKind::Continues, LinkKind::ContinuedBy]) {
        assert_eq!(reverse(reverse(kind)), kind);
        assert_eq!(reverse(kind) == kind, kind == LinkKind::Related, "only that one is the same from both ends");
    }
}

#[test]
fn nothing_is_linked_to_itself_and_routing_alone_continues() {
    let [one, two] = [0, 1].map(|at| ConversationId::new(chrono::DateTime::from_timestamp_micros(at).unwrap()));
    assert_eq!(check([one, two], None), Ok(()));
    assert_eq!(check([one, one], Some(LinkKind::Related)).unwrap_err().code, Code::SelfLink);
    assert_eq!(check([one, two], Some(LinkKind::ContinuedBy)).unwrap_err().code, Code::Invalid);
}
