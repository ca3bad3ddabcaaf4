//! Answers, for as long as they hold.

use super::record::{DomainName, Record, RecordType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

/// What was asked.
pub(super) type Question = (DomainName, RecordType);

/// What is known of it. Nothing and failure are told apart for the reason that an exhausted lookup gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    Records(Arc<[Record]>),
    Nothing,
    Failed,
}

impl Known {
    pub(super) fn records(&self) -> &[Record] {
        match self {
            Known::Records(records) => records,
            Known::Nothing | Known::Failed => &[],
        }
    }
}

/// A bounded table of them.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: BTreeMap<Question, (Known, Instant)>,
    by_time: BTreeSet<(Instant, Question)>,
}

impl Cache {
    pub(super) fn get(&self, now: Instant, question: &Question) -> Option<&Known> {
        self.known.get(question).filter(|(_, until)| now < *until).map(|(known, _)| known)
    }

    pub(super) fn insert(&mut self, now: Instant, question: Question, known: Known, until: Instant, most: usize) {
        if let Some((_, old)) = self.known.remove(&question) {
            self.by_time.remove(&(old, question.clone()));
        }
        while self.by_time.first().is_some_and(|(at, _)| *at <= now || self.known.len() >= most) {
            if let Some((_, oldest)) = self.by_time.pop_first() {
                self.known.remove(&oldest);
            }
        }
        if now < until && most > 0 {
            self.by_time.insert((until, question.clone()));
            self.known.insert(question, (known, until));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.by_time.clear();
    }
}
