//! A position in the event log, and its 13 bytes on the wire.
//! Owns the layout and its version; whether the epoch is the current one and the position exists is judged where the log is read.

/// The layout's version, the first byte.
const VERSION: u8 = 1;

/// Length of a position in bytes: version, epoch, sequence number.
pub const CURSOR_LEN: usize = 1 + size_of::<i32>() + size_of::<i64>();

/// A position in the log: everything up to and including `seq` has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The log's epoch, changed by restoring a backup.
    pub epoch: i32,
    /// The newest row seen; 0 is before the first.
    pub seq: i64,
}

impl Cursor {
    /// The bytes of this position, big-endian after the version.
    pub fn to_bytes(self) -> [u8; CURSOR_LEN] {
        let mut bytes = [VERSION; CURSOR_LEN];
        bytes[1..5].copy_from_slice(&self.epoch.to_be_bytes());
        bytes[5..].copy_from_slice(&self.seq.to_be_bytes());
        bytes
    }

    /// Reads a position; none for another length, another version or a negative number.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[version], rest) = bytes.split_first_chunk()?;
        let (&epoch, seq) = rest.split_first_chunk()?;
        let cursor = Self { epoch: i32::from_be_bytes(epoch), seq: i64::from_be_bytes(seq.try_into().ok()?) };
        (version == VERSION && cursor.epoch >= 0 && cursor.seq >= 0).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_back() {
        for (epoch, seq) in [(0, 0), (1, 42), (i32::MAX, i64::MAX)] {
            let cursor = Cursor { epoch, seq };
            assert_eq!(Cursor::from_bytes(&cursor.to_bytes()), Some(cursor));
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        let good = Cursor { epoch: 1, seq: 2 }.to_bytes();
        assert_eq!(Cursor::from_bytes(&[]), None);
        assert_eq!(Cursor::from_bytes(&good[..12]), None);
        assert_eq!(Cursor::from_bytes(&[&good[..], &[0]].concat()), None);
        for (at, byte) in [(0, 0), (0, 2), (1, 0x80), (5, 0x80)] {
            let mut wrong = good;
            wrong[at] = byte;
            assert_eq!(Cursor::from_bytes(&wrong), None, "byte {at} = {byte}");
        }
    }
}
