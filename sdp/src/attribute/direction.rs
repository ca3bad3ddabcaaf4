//! `a=sendrecv`, `sendonly`, `recvonly`, `inactive`: which way media flows (RFC 8866 §6.7).

use std::fmt;

/// Which way media flows, seen from the side that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// Both ways; also what holds where nothing is said (RFC 8866 §6.7).
    #[default]
    SendRecv,
    /// Only from the side that says it.
    SendOnly,
    /// Only to the side that says it.
    RecvOnly,
    /// Neither way. RTCP still flows.
    Inactive,
}

impl Direction {
    /// From its two halves.
    pub fn new(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Direction::SendRecv,
            (true, false) => Direction::SendOnly,
            (false, true) => Direction::RecvOnly,
            (false, false) => Direction::Inactive,
        }
    }

    /// Whether the side that says it sends.
    pub fn sends(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::SendOnly)
    }

    /// Whether the side that says it receives.
    pub fn receives(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::RecvOnly)
    }

    /// The same flow as the other side says it.
    ///
    /// ```
    /// # use offhook_sdp::Direction;
    /// assert_eq!(Direction::SendOnly.reversed(), Direction::RecvOnly);
    /// assert_eq!(Direction::Inactive.reversed(), Direction::Inactive);
    /// ```
    #[must_use]
    pub fn reversed(self) -> Self {
        Direction::new(self.receives(), self.sends())
    }

    /// What both allow.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Direction::new(self.sends() && other.sends(), self.receives() && other.receives())
    }

    /// The attribute's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        }
    }

    /// From an attribute's name, in any case of letters.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim_end();
        [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive]
            .into_iter()
            .find(|direction| name.eq_ignore_ascii_case(direction.as_str()))
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Direction; 4] = [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive];

    #[test]
    fn a_direction_reads_as_it_is_written_and_reverses_back() {
        for direction in ALL {
            assert_eq!(Direction::from_name(direction.as_str()), Some(direction));
            assert_eq!(direction.reversed().reversed(), direction);
            assert_eq!((direction.reversed().sends(), direction.reversed().receives()), {
                (direction.receives(), direction.sends())
            });
        }
        assert_eq!(Direction::from_name("sendrecvs"), None);
    }

    #[test]
    fn the_intersection_flows_only_where_both_do() {
        for a in ALL {
            for b in ALL {
                let both = a.intersect(b);
                assert_eq!(both.sends(), a.sends() && b.sends());
                assert_eq!(both.receives(), a.receives() && b.receives());
            }
        }
    }
}
