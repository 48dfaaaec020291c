//! The small world of the model: a few numbers and names, and by a table of its own, which of them are the same.

use std::sync::LazyLock;

use crate::support::with_check_digit;

/// A document number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Doc {
    One,
    /// [`Doc::One`] as it was written before 1999.
    OneOf15,
    Two,
    /// Of 1920 with a sequence that was also given to people born in the 1800s.
    Old,
    /// [`Doc::Old`] in 15 digits: whose it is, is not certain.
    OldOf15,
    /// What a spreadsheet left.
    Damaged,
}

static TEXTS: LazyLock<[String; 6]> = LazyLock::new(|| {
    let one = with_check_digit("37010219800101011");
    let two = with_check_digit("37020319751224022");
    let old = with_check_digit("37010219200101997");
    let short = |number: &str| format!("{}{}", &number[..6], &number[8..17]);
    let (one_of_15, old_of_15) = (short(&one), short(&old));
    [one, one_of_15, two, old, old_of_15, "3.70102E+17".to_owned()]
});

/// How two numbers relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Same {
    Certainly,
    Perhaps,
    No,
}

impl Doc {
    pub(super) const ALL: [Self; 6] = [Self::One, Self::OneOf15, Self::Two, Self::Old, Self::OldOf15, Self::Damaged];

    pub(super) fn text(self) -> &'static str {
        &TEXTS[self as usize]
    }

    /// Whose number it is if nothing is doubtful; `None` for one that cannot be read.
    pub(super) fn canonical(self) -> Option<&'static str> {
        match self {
            Self::One | Self::OneOf15 => Some(Self::One.text()),
            Self::Two => Some(Self::Two.text()),
            Self::Old | Self::OldOf15 => Some(Self::Old.text()),
            Self::Damaged => None,
        }
    }

    pub(super) fn same(self, other: Self) -> Same {
        match (self.canonical(), other.canonical()) {
            (Some(left), Some(right)) if left == right => {
                if (self == Self::OldOf15) == (other == Self::OldOf15) {
                    Same::Certainly
                } else {
                    Same::Perhaps
                }
            }
            _ => Same::No,
        }
    }
}

/// A name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Name {
    Ayi,
    /// [`Name::Ayi`] with another dot.
    AyiDot,
    /// [`Name::Ayi`] with lost characters.
    AyiLost,
    Yi,
    Bing,
}

impl Name {
    pub(super) const ALL: [Self; 5] = [Self::Ayi, Self::AyiDot, Self::AyiLost, Self::Yi, Self::Bing];

    pub(super) fn text(self) -> &'static str {
        ["阿依·买", "阿依•买", "阿?买", "乙二", "丙三"][self as usize]
    }

    pub(super) fn same(self, other: Self) -> bool {
        let plain = |name| if name == Self::AyiDot { Self::Ayi } else { name };
        self != Self::AyiLost && plain(self) == plain(other)
    }
}

/// A number with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pair(pub(super) Doc, pub(super) Name);

impl Pair {
    /// Whether number and name agree beyond doubt.
    pub(super) fn fits(self, other: Self) -> bool {
        self.0.same(other.0) == Same::Certainly && self.1.same(other.1)
    }

    /// Whether the numbers may be the same.
    pub(super) fn touches(self, other: Self) -> bool {
        self.0.same(other.0) != Same::No
    }

    /// Whether a row that was one is the same row as the other.
    pub(super) fn unchanged(self, other: Self) -> bool {
        let number = self == other || self.0.canonical().is_some() && self.0.canonical() == other.0.canonical();
        number && (self.1 == other.1 || self.1.same(other.1))
    }

    pub(super) fn texts(self) -> (&'static str, &'static str) {
        (self.0.text(), self.1.text())
    }
}

/// Who the portal says they are, unless a step says otherwise: two and two who share a number, one whose portal account was made again.
pub(super) const SUBJECTS: [Pair; 6] = [
    Pair(Doc::One, Name::Ayi),
    Pair(Doc::One, Name::Yi),
    Pair(Doc::Two, Name::Yi),
    Pair(Doc::One, Name::AyiDot),
    Pair(Doc::Old, Name::Bing),
    Pair(Doc::Two, Name::Ayi),
];

/// The old system of each account, by its place. The first two shared their sign-in (LINKING.md, A2), the third stood for itself.
pub(super) const SYSTEMS: [&str; 8] = [REISSUE, EXAM, MAILING, REISSUE, EXAM, MAILING, REISSUE, MAILING];
/// Certificates and applications are of this one.
pub(super) const REISSUE: &str = "reissue";
const MAILING: &str = "mailing";
const EXAM: &str = "exam";

pub(super) fn label_of(account: usize) -> String {
    format!("{}:{}", SYSTEMS[account], account + 1)
}

/// Of systems that shared their sign-in.
pub(super) fn is_shared(account: usize) -> bool {
    SYSTEMS[account] != EXAM
}

/// An account of an old system; its key is its place from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) pair: Pair,
    pub(super) password: u8,
}

/// An old application: the place of the account that it names, if it names one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Old {
    pub(super) account: Option<u8>,
    pub(super) pair: Pair,
}

/// What the old systems hold now. Accounts beyond the first ones come by later imports.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) accounts: Vec<Option<Account>>,
    pub(super) certificates: Vec<Pair>,
    pub(super) olds: Vec<Old>,
}

impl Rows {
    pub(super) fn new() -> Self {
        let account = |doc, name| Some(Account { pair: Pair(doc, name), password: 1 });
        let old = |account, doc, name| Old { account, pair: Pair(doc, name) };
        Self {
            accounts: vec![
                account(Doc::One, Name::Ayi),
                account(Doc::OneOf15, Name::Yi),
                account(Doc::One, Name::AyiLost),
                account(Doc::Two, Name::Bing),
                account(Doc::OldOf15, Name::Bing),
                account(Doc::Two, Name::Bing),
                None,
                None,
            ],
            certificates: vec![
                Pair(Doc::One, Name::Ayi),
                Pair(Doc::OneOf15, Name::Yi),
                Pair(Doc::Two, Name::Bing),
                Pair(Doc::OldOf15, Name::Bing),
            ],
            olds: vec![
                old(Some(0), Doc::One, Name::Ayi),
                old(Some(3), Doc::Two, Name::Bing),
                old(None, Doc::One, Name::Yi),
                old(None, Doc::Two, Name::Bing),
                old(Some(6), Doc::Two, Name::Yi),
            ],
        }
    }

    /// The account that an old application names, where its own system has it.
    pub(super) fn account_of(&self, old: Old) -> Option<usize> {
        let named = old.account.map(usize::from)?;
        (SYSTEMS[named] == REISSUE && self.accounts[named].is_some()).then_some(named)
    }

    pub(super) fn account_row(&self, at: usize) -> Option<String> {
        let Account { pair, password } = self.accounts[at]?;
        let (number, name) = pair.texts();
        let digest = hex::encode(md5::Md5::digest(old_password(at, password)));
        Some(format!("{},{number},{name},x@example.org,{digest},,2011-03-04 08:09:10\n", at + 1))
    }

    pub(super) fn certificate_row(&self, at: usize) -> String {
        let (number, name) = self.certificates[at].texts();
        let year = 2017 + at;
        format!("{},执业药师,{year},执业药师,中药,{name},{number},1603968{at},20171022,济南市,已领取\n", at + 1)
    }

    pub(super) fn old_row(&self, at: usize) -> String {
        let Old { account, pair } = self.olds[at];
        let (number, name) = pair.texts();
        let account = account.map_or(String::new(), |account| (account + 1).to_string());
        let (level, specialty) = [("执业药师", "西药"), ("造价工程师", "土建")][usize::from(at >= 4)];
        let (exam, year) = if at >= 4 { ("造价", 2020) } else { ("执业药师", 2017 + at) };
        format!(
            "{},{account},{exam},{year},{level},{specialty},{name},{number},{at}12345,20171022,济南市,13912340001,等待审核,,2018-05-06 10:00:00\n",
            at + 1
        )
    }
}

pub(super) const ACCOUNTS: &str = "编号,身份证号,姓名,邮箱,密码,盐,注册时间\n";
pub(super) const CERTIFICATES: &str = "编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,状态\n";
pub(super) const APPLICATIONS: &str =
    "编号,账号编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,联系方式,状态,审核结果反馈,提交时间\n";

/// The password of an account at its n-th import.
pub(super) fn old_password(at: usize, version: u8) -> String {
    format!("mima-{at}-{version}")
}

use md5::Digest as _;
