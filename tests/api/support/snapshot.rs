//! Tables that people review: kept as text in the repository, compared as they are.

use std::path::Path;

/// Compares with `tests/api/snapshots/NAME`; with `UPDATE_SNAPSHOTS=1` writes it instead, for the change to be reviewed.
#[track_caller]
pub fn matches(name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, table).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(table.lines()).find(|(old, new)| old != new);
    assert!(
        kept == table,
        "{name} is out of date; review it after UPDATE_SNAPSHOTS=1 cargo test. First difference: {differs:#?}, {} lines were, \
         {} are",
        kept.lines().count(),
        table.lines().count()
    );
}

/// Rows as aligned columns.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// A variant's name as the API spells it: `IsSpam` is `IS_SPAM`.
pub fn spelled(variant: impl std::fmt::Debug) -> String {
    let name = format!("{variant:?}");
    let mut spelled = String::new();
    for (at, letter) in name.chars().enumerate() {
        if at > 0 && letter.is_uppercase() {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_uppercase());
    }
    spelled
}
