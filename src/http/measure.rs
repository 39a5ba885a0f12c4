//! A number that what is served counts itself, as the metrics page shows it.
//! Names and labels come from closed sets, never from what a client sends.

/// A number, or a few told apart by a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// Whether it only grows.
    pub kind: Kind,
    /// What it says, in a sentence.
    pub help: &'static str,
    /// Labels as the page spells them, empty for none, and the value.
    pub rows: Vec<(&'static str, f64)>,
}

/// How a number moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
}

impl Kind {
    /// Prometheus' word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
        }
    }
}

impl Measure {
    /// One that goes up and down.
    pub fn gauge(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, kind: Kind::Gauge, help, rows: vec![("", value)] }
    }

    /// One that only grows.
    pub fn counter(name: &'static str, help: &'static str, value: u64) -> Self {
        Self::counters(name, help, vec![("", value)])
    }

    /// Some that only grow, told apart by a label.
    pub fn counters(name: &'static str, help: &'static str, values: Vec<(&'static str, u64)>) -> Self {
        let rows = values.into_iter().map(|(labels, value)| (labels, value as f64)).collect();
        Self { name, kind: Kind::Counter, help, rows }
    }
}
