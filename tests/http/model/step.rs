//! What can happen, and in which order: the reference machine, which knows no more than who has come to the portal.

use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::ReferenceStateMachine;
use std::collections::BTreeSet;

use super::world::{Doc, Name, Pair, SUBJECTS};

/// One event. Whoever acts does it in the session that their last sign-in gave; a number that picks one of several counts round.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A sign-in, by the subject's own number and name or by others that the portal vouches for now; or for a company.
    SignIn {
        subject: usize,
        vouched: Option<Pair>,
        corporate: bool,
    },
    /// The old password of an account that is offered, or of any.
    Prove {
        subject: usize,
        account: usize,
        stray: bool,
        right: bool,
    },
    /// A sign-in, a right password, work on what it brought, and the undoing.
    ProveAndUndo {
        subject: usize,
        account: usize,
        work: bool,
    },
    /// Number and password of any account.
    Claim {
        subject: usize,
        account: usize,
        right: bool,
    },
    /// Manual verification of an account that is offered, or of anything.
    Request {
        subject: usize,
        account: Option<usize>,
    },
    /// 不是我的.
    NotMine {
        subject: usize,
        account: usize,
    },
    /// A reviewer's answer to an open question; `thing` is what they find to be theirs where the question names nothing.
    Answer {
        task: usize,
        approve: bool,
        thing: Thing,
    },
    /// An approval that gives a free account, and its undoing.
    ApproveAndUndo {
        task: usize,
        thing: Thing,
    },
    /// Of a link that stands.
    Undo {
        link: usize,
    },
    /// Of a pair that a reviewer granted without a link.
    UndoGrant {
        pair: usize,
    },
    /// A delta import of one row.
    Import(Delta),
    /// A new application for a certificate that is shown, or for any.
    Submit {
        subject: usize,
        certificate: usize,
        stray: bool,
    },
    /// An edit of an application that is shown, or of any.
    Edit {
        subject: usize,
        application: usize,
        stray: bool,
    },
    /// A sign-in by the password of an account.
    Open {
        account: usize,
    },
    /// A registration, and a sign-in by it.
    Register {
        pair: Pair,
    },
    OpenRegistered {
        account: usize,
    },
    /// The detail of a certificate, by one who registered.
    CheckDetail {
        account: usize,
        certificate: usize,
    },
    /// Another password, by whoever opens the account.
    Change {
        account: usize,
    },
    /// Another password, by a recovery link.
    Recover {
        account: usize,
    },
    /// The old password of an account that is offered to whoever came by another, or of any.
    ProveByAccount {
        person: usize,
        account: usize,
        stray: bool,
        right: bool,
    },
    /// An application by whoever came by an account.
    ApplyByAccount {
        account: usize,
        certificate: usize,
    },
}

/// What a reviewer finds to be somebody's.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thing {
    Account(usize),
    Certificate(usize),
}

/// A changed or new row of the old system.
#[derive(Clone, Copy, Debug)]
pub(super) enum Delta {
    Account { at: usize, pair: Pair, new_password: bool },
    Certificate { at: usize, pair: Pair },
    Application { at: usize, account: Option<u8>, pair: Pair },
}

/// Who has come to the portal so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    subjects: BTreeSet<usize>,
}

impl Step {
    fn subject(&self) -> Option<usize> {
        match self {
            Self::Prove { subject, .. }
            | Self::ProveAndUndo { subject, .. }
            | Self::Claim { subject, .. }
            | Self::Request { subject, .. }
            | Self::NotMine { subject, .. }
            | Self::Submit { subject, .. }
            | Self::Edit { subject, .. } => Some(*subject),
            _ => None,
        }
    }
}

/// Somebody's, or any: rows change hands more often than in the field.
fn pair() -> impl Strategy<Value = Pair> {
    let any = (select(&Doc::ALL[..]), select(&Name::ALL[..])).prop_map(|(doc, name)| Pair(doc, name));
    prop_oneof![select(&SUBJECTS[..]), any]
}

/// A portal writes 18 digits and loses no characters.
fn vouched() -> impl Strategy<Value = Pair> {
    (select(vec![Doc::One, Doc::Two, Doc::Old]), select(vec![Name::Ayi, Name::AyiDot, Name::Yi, Name::Bing]))
        .prop_map(|(doc, name)| Pair(doc, name))
}

fn sign_in() -> BoxedStrategy<Step> {
    let vouched = prop_oneof![6 => Just(None), 1 => vouched().prop_map(Some)];
    (0..SUBJECTS.len(), vouched, prop::bool::weighted(0.03))
        .prop_map(|(subject, vouched, corporate)| Step::SignIn { subject, vouched, corporate })
        .boxed()
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![3 => (0..8usize).prop_map(Thing::Account), 1 => (0..4usize).prop_map(Thing::Certificate)]
}

fn delta() -> impl Strategy<Value = Delta> {
    prop_oneof![
        3 => (0..8usize, pair(), any::<bool>())
            .prop_map(|(at, pair, new_password)| Delta::Account { at, pair, new_password }),
        1 => (0..4usize, pair()).prop_map(|(at, pair)| Delta::Certificate { at, pair }),
        1 => (0..5usize, prop::option::of(0..8u8), pair())
            .prop_map(|(at, account, pair)| Delta::Application { at, account, pair }),
    ]
}

impl ReferenceStateMachine for Known {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        if state.subjects.is_empty() {
            return prop_oneof![sign_in(), (0..8usize).prop_map(|account| Step::Open { account })].boxed();
        }
        let who = || select(state.subjects.iter().copied().collect::<Vec<_>>());
        let (seldom, often) = (|| prop::bool::weighted(0.1), || prop::bool::weighted(0.75));
        let claim =
            (who(), 0..8usize, often()).prop_map(|(subject, account, right)| Step::Claim { subject, account, right });
        prop_oneof![
            12 => sign_in(),
            8 => (who(), 0..8usize, seldom(), often())
                .prop_map(|(subject, account, stray, right)| Step::Prove { subject, account, stray, right }),
            4 => (who(), 0..8usize, any::<bool>())
                .prop_map(|(subject, account, work)| Step::ProveAndUndo { subject, account, work }),
            1 => claim,
            4 => (who(), prop::option::of(0..8usize))
                .prop_map(|(subject, account)| Step::Request { subject, account }),
            5 => (who(), 0..8usize).prop_map(|(subject, account)| Step::NotMine { subject, account }),
            10 => (0..8usize, any::<bool>(), thing())
                .prop_map(|(task, approve, thing)| Step::Answer { task, approve, thing }),
            2 => (0..8usize, thing()).prop_map(|(task, thing)| Step::ApproveAndUndo { task, thing }),
            4 => (0..8usize).prop_map(|link| Step::Undo { link }),
            1 => (0..8usize).prop_map(|pair| Step::UndoGrant { pair }),
            8 => delta().prop_map(Step::Import),
            8 => (0..8usize).prop_map(|account| Step::Open { account }),
            2 => vouched().prop_map(|pair| Step::Register { pair }),
            2 => (0..4usize).prop_map(|account| Step::OpenRegistered { account }),
            2 => (0..4usize, 0..4usize).prop_map(|(account, certificate)| Step::CheckDetail { account, certificate }),
            1 => (0..8usize).prop_map(|account| Step::Change { account }),
            2 => (0..8usize).prop_map(|account| Step::Recover { account }),
            3 => (0..4usize, 0..8usize, seldom(), often())
                .prop_map(|(person, account, stray, right)| Step::ProveByAccount { person, account, stray, right }),
            4 => (0..4usize, 0..4usize).prop_map(|(account, certificate)| Step::ApplyByAccount { account, certificate }),
            6 => (who(), 0..4usize, seldom())
                .prop_map(|(subject, certificate, stray)| Step::Submit { subject, certificate, stray }),
            6 => (who(), 0..8usize, seldom())
                .prop_map(|(subject, application, stray)| Step::Edit { subject, application, stray }),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        step.subject().is_none_or(|subject| state.subjects.contains(&subject))
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        if let Step::SignIn { subject, .. } = step {
            state.subjects.insert(*subject);
        }
        state
    }
}
