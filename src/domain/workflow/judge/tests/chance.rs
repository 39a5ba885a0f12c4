//! Trees and values at random: judging them never fails, and means the same by any way.

use super::*;

/// A sequence of numbers that its seed decides (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn falls(&mut self) -> bool {
        self.below(2) == 0
    }

    fn id(&mut self) -> Uuid {
        self.one_of(&[id(0), id(1)])
    }

    fn instant(&mut self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(self.one_of(&[0, 1, 3_599, 3_600, 7_200, 400_000_000]))
    }

    fn word(&mut self) -> String {
        const WORDS: [&str; 17] = [
            "gold", "5", "true", "", " ", "İ", "ß", "ﷺ", "\u{301}", "𝒂", "@", "a@b", "\u{ff20}", "é", "ΟΔΟΣ", "null",
            "1e308",
        ];
        (0..self.below(4)).map(|_| self.one_of(&WORDS)).collect()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 7 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.falls()),
            2 => json!(self.one_of(&[0, 5, -1, i64::MIN, i64::MAX])),
            3 => json!(self.one_of(&[0, u64::MAX, 9_007_199_254_740_993])),
            4 => json!(self.one_of(&[0.0, -0.0, 5.5, 1e300, -1e300, 5e-324, f64::MAX])),
            5 | 6 => json!(self.word()),
            7 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => json!({ self.word(): self.value(depth - 1) }),
        }
    }

    fn judged(&mut self) -> Judged {
        Judged {
            channel: ChannelId(self.id()),
            channel_kind: self.one_of(&[ChannelKind::Email, ChannelKind::Chat]),
            attributes: (0..self.below(3)).map(|_| ("plan".to_owned(), self.value(3))).collect(),
            email: self.falls().then(|| self.word()),
            subject: self.falls().then(|| self.word().into()),
            tags: (0..self.below(3)).map(|_| TagId(self.id())).collect(),
            priority: self.one_of(&[None, Some(Priority::Low), Some(Priority::Urgent)]),
            state: self.one_of(&[ConversationState::Open, ConversationState::Snoozed, ConversationState::Closed]),
            assignee: self.falls().then(|| AgentId(self.id())),
            team: self.falls().then(|| TeamId(self.id())),
            created_at: self.instant(),
            text: self.falls().then(|| self.word().into()),
            automatic: false,
            first_message: self.falls(),
            now: self.instant(),
        }
    }

    /// A condition of at most this depth.
    fn condition(&mut self, depth: usize) -> Condition {
        match self.below(6) {
            0 if depth > 1 => Condition::All((0..=self.below(3)).map(|_| self.condition(depth - 1)).collect()),
            1 if depth > 1 => Condition::Any((0..=self.below(3)).map(|_| self.condition(depth - 1)).collect()),
            2 if depth > 1 => Condition::Not(Box::new(self.condition(depth - 1))),
            _ => loop {
                if let Some(leaf) = self.leaf() {
                    break leaf;
                }
            },
        }
    }

    /// A condition that holds no others; none if what was drawn can't be read.
    fn leaf(&mut self) -> Option<Condition> {
        Some(match self.below(14) {
            0 => Condition::Channels([ChannelId(self.id())].into()),
            1 => Condition::ChannelKinds(vec![ChannelKind::Chat]),
            2 => Condition::Attribute(self.attribute()?),
            3 => Condition::EmailDomains(EmailDomains::checked("", vec![self.word()]).ok()?),
            4 => Condition::Text(self.text()?),
            5 => Condition::Subject(self.text()?),
            6 => {
                let any = self.falls().then(|| vec![TagId(self.id())]);
                Condition::Tags(TagTest::checked(any, None, Some(vec![TagId(self.id())])).ok()?)
            }
            7 => Condition::Assignees([AgentId(self.id())].into()),
            8 => Condition::Teams([TeamId(self.id())].into()),
            9 => Condition::Priorities(vec![Priority::Low]),
            10 => Condition::States(vec![ConversationState::Open, ConversationState::Closed]),
            11 => Condition::Unassigned(self.falls()),
            12 => Condition::FirstMessage(self.falls()),
            _ => Condition::Age(IsoDuration::parse(self.one_of(&["PT1H", "P3650D", "PT1S"])).ok()?),
        })
    }

    fn attribute(&mut self) -> Option<AttributeTest> {
        let asked = Asked {
            key: "plan".to_owned(),
            equals: self.falls().then(|| self.word()),
            one_of: self.falls().then(|| vec![self.word(), self.word()]),
            contains: self.falls().then(|| self.word()),
            exists: self.one_of(&[None, None, Some(true), Some(false)]),
            greater_than: self.one_of(&[None, None, Some(-1.0), Some(1e300), Some(f64::NAN)]),
            less_than: self.one_of(&[None, None, Some(6.0), Some(f64::INFINITY)]),
        };
        AttributeTest::checked(asked).ok()
    }

    fn text(&mut self) -> Option<TextTest> {
        let any = self.falls().then(|| vec![self.word(), self.word()]);
        let all = self.falls().then(|| vec![self.word()]);
        let pattern = self.falls().then(|| self.one_of(&["a*", r"\bgold\b", "(", r"^\w{3}$", "[^a]", "(?s).{300}"]));
        TextTest::checked(any, all, pattern).ok()
    }
}

fn size(condition: &Condition) -> usize {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => 1 + inner.iter().map(size).sum::<usize>(),
        Condition::Not(inner) => 1 + size(inner),
        _ => 1,
    }
}

#[test]
fn any_tree_is_judged_on_any_values() {
    let mut matched = 0;
    for seed in 0..3_000 {
        let mut chance = Chance(seed);
        let (tree, judged) = (chance.condition(5), chance.judged());
        let verdicts = judge(Some(&tree), &judged);
        assert_eq!(verdicts.matched, matches(Some(&tree), &judged), "seed {seed}: {tree:?}");
        assert_eq!(verdicts.of_each.len(), size(&tree), "seed {seed}");
        assert_eq!(verdicts.of_each[0].matched, verdicts.matched, "seed {seed}");
        let paths: BTreeSet<&str> = verdicts.of_each.iter().map(|each| each.path.as_str()).collect();
        assert_eq!(paths.len(), verdicts.of_each.len(), "seed {seed}: a path names one condition");
        assert_eq!(judge(Some(&Condition::Not(Box::new(tree))), &judged).matched, !verdicts.matched, "seed {seed}");
        matched += usize::from(verdicts.matched);
    }
    assert!((500..2_500).contains(&matched), "{matched} of 3000 matched: the trees ask too little or too much");
}
