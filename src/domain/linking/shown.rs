//! "Always" of LINKING.md: what a person sees of a linked account, decided again at each request.

use super::{Account, Alias, still_fits};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Yes,
    /// Only that it is frozen: the person said that it is not theirs, and a reviewer has not answered yet.
    Frozen,
    /// Nothing: an import changed the row's number or name since it was linked.
    No,
}

/// Judges one account that is linked. `is_as_linked` says whether its row still is the one that was linked; it is called only where that decides.
pub fn shown<E>(
    account: &Account,
    is_frozen: bool,
    own: &[Alias],
    is_as_linked: impl FnOnce() -> Result<bool, E>,
) -> Result<Shown, E> {
    Ok(if is_frozen {
        Shown::Frozen
    } else if still_fits(account, own) || is_as_linked()? {
        Shown::Yes
    } else {
        Shown::No
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Number;
    use crate::domain::linking::{AccountState, Evidence};
    use crate::ids::AccountId;
    use std::convert::Infallible;

    const NUMBER: &str = "110101199003071233";
    const OTHER: &str = "110101198001010018";

    fn account(number: &str, name: &str) -> Account {
        Account {
            id: AccountId::generate(),
            label: "reissue:12".to_owned(),
            number: Number::new(number, None),
            name: name.to_owned(),
            state: AccountState::Free,
        }
    }

    fn alias(number: &str, name: &str) -> Alias {
        Alias { number: Number::new(number, None), name: name.to_owned(), granted: None }
    }

    #[test]
    fn an_account_is_hidden_when_its_row_is_no_longer_the_one_that_was_linked() {
        let own = [alias(NUMBER, "测试")];
        for (linked_as, row_now, is_frozen, expected) in [
            ((NUMBER, "测试"), (NUMBER, "测试"), false, Shown::Yes),
            // Linked by a proof or a reviewer, under a name that no alias bears.
            ((NUMBER, "旧名"), (NUMBER, "旧名"), false, Shown::Yes),
            ((NUMBER, "旧名"), (NUMBER, " 旧名 "), false, Shown::Yes),
            // The row changed, and fits the person beyond doubt all the same.
            ((NUMBER, "旧名"), (NUMBER, "测试"), false, Shown::Yes),
            // The row changed to what is not theirs, or in doubt.
            ((NUMBER, "测试"), (NUMBER, "别人"), false, Shown::No),
            ((NUMBER, "测试"), (OTHER, "测试"), false, Shown::No),
            ((NUMBER, "旧名"), (NUMBER, "新名"), false, Shown::No),
            ((NUMBER, "测试"), ("", ""), false, Shown::No),
            // Frozen outweighs everything.
            ((NUMBER, "测试"), (NUMBER, "测试"), true, Shown::Frozen),
            ((NUMBER, "测试"), (OTHER, "别人"), true, Shown::Frozen),
        ] {
            let evidence = Evidence::of(&account(linked_as.0, linked_as.1), &own[0]);
            let now = account(row_now.0, row_now.1);
            let is_as_linked = || Ok::<_, Infallible>(evidence.describes(&now.number, &now.name));
            assert_eq!(shown(&now, is_frozen, &own, is_as_linked), Ok(expected), "{linked_as:?} is {row_now:?} now");
        }
    }
}
