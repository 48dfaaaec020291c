//! How a link came about, as 承接清单 says it.

use super::LinkActor;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The rules, by what the portal vouches for.
    Rules,
    /// The rules, by a number and name that a proof or a reviewer granted earlier.
    Followed,
    Proof,
    Review,
}

impl How {
    /// For a link made by an actor; `rests_on_granted`: it rests on an alias that the portal does not vouch for.
    pub const fn of(actor: &LinkActor, rests_on_granted: bool) -> Self {
        match actor {
            _ if rests_on_granted => Self::Followed,
            LinkActor::Proof => Self::Proof,
            LinkActor::Task(_) => Self::Review,
            LinkActor::SignIn | LinkActor::Account | LinkActor::Citizen | LinkActor::Request | LinkActor::Staff(_) => {
                Self::Rules
            }
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
