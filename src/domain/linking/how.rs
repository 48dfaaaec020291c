//! By what a link came, as 承接清单 says it.

use super::LinkActor;

/// By what a link came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The rules, by what the portal vouches for.
    Rules,
    /// The rules, by a number and name that an earlier proof or a reviewer showed to be the person's.
    Followed,
    /// The old password.
    Proof,
    /// A reviewer.
    Review,
}

impl How {
    /// Of a link that an actor made; `rests_on_granted`: on an alias that is not the portal's own word.
    pub const fn of(actor: &LinkActor, rests_on_granted: bool) -> Self {
        match actor {
            _ if rests_on_granted => Self::Followed,
            LinkActor::Proof => Self::Proof,
            LinkActor::Task(_) => Self::Review,
            LinkActor::SignIn | LinkActor::Citizen | LinkActor::Request | LinkActor::Staff(_) => Self::Rules,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_came_by_whoever_made_it_unless_it_followed_from_a_granted_pair() {
        for (actor, how) in [
            (LinkActor::SignIn, How::Rules),
            (LinkActor::Citizen, How::Rules),
            (LinkActor::Request, How::Rules),
            (LinkActor::Staff("zhang".to_owned()), How::Rules),
            (LinkActor::Proof, How::Proof),
            (LinkActor::Task(7), How::Review),
        ] {
            assert_eq!(How::of(&actor, false), how, "{actor:?}");
            assert_eq!(How::of(&actor, true), How::Followed, "{actor:?}");
        }
    }
}
