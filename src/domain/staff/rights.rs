//! What each role may do, and what each page of the desk takes. The router has no page of the desk but those that stand here.

use super::Role::{self, Administrator, Auditor, CityReviewer, Printer, ProvinceReviewer, TaskReviewer};

/// Something that only some roles see or do; to the others it is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// The pages of one's own sign-in: every role.
    Own,
    /// See the queue and its cases.
    SeeApplications,
    /// Take a case, give it back, and write what is for it: recommend, decide, hold, note, see a full number.
    Examine,
    /// Decide, where the province has the last word.
    Decide,
    /// Take a decision back.
    Reopen,
    /// Approve several cases at once.
    DecideSeveral,
    /// See the questions of 人工核实.
    SeeTasks,
    AnswerTasks,
    /// Keep the library of reasons.
    KeepReasons,
    /// Add, disable and reset staff.
    KeepStaff,
    SeeStatistics,
    /// Have the rows of a list as a file.
    Export,
    Print,
}

impl Right {
    pub const ALL: [Self; 13] = [
        Self::Own,
        Self::SeeApplications,
        Self::Examine,
        Self::Decide,
        Self::Reopen,
        Self::DecideSeveral,
        Self::SeeTasks,
        Self::AnswerTasks,
        Self::KeepReasons,
        Self::KeepStaff,
        Self::SeeStatistics,
        Self::Export,
        Self::Print,
    ];

    /// Who has it. An auditor writes nothing, and an administrator decides nothing.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Own => &Role::ALL,
            Self::SeeApplications => &[CityReviewer, ProvinceReviewer, Auditor],
            Self::Examine | Self::DecideSeveral => &[CityReviewer, ProvinceReviewer],
            Self::Decide | Self::Reopen => &[ProvinceReviewer],
            Self::SeeTasks => &[TaskReviewer, Auditor],
            Self::AnswerTasks => &[TaskReviewer],
            Self::KeepReasons | Self::KeepStaff => &[Administrator],
            Self::SeeStatistics | Self::Export => &[ProvinceReviewer, Auditor, Administrator],
            Self::Print => &[Printer],
        }
    }

    /// Whether the second factor must have been given within the last ten minutes: what it does is wide, or cannot be seen to be wrong at once.
    pub const fn needs_fresh_factor(self) -> bool {
        matches!(self, Self::DecideSeveral | Self::Reopen | Self::Export | Self::KeepStaff)
    }
}

/// A page of the desk that is for those who have signed in, in the order of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Queue,
    /// The application that is due first is taken in hand.
    Next,
    /// One application.
    Case,
    CasePhoto,
    /// It is answered.
    Decision,
    Take,
    Release,
    /// By the page's script.
    Renew,
    Note,
    /// 挂起.
    Hold,
    /// Ends a hold.
    Resume,
    /// Takes a decision back.
    Reopen,
    /// The full number.
    Reveal,
    Staff,
    /// One member of staff, to be disabled, enabled or reset.
    StaffMember,
    /// What the desk knows of whoever looks.
    Account,
    /// The recovery codes, once.
    RecoveryCodes,
}

impl Place {
    pub const ALL: [Self; 17] = [
        Self::Queue,
        Self::Next,
        Self::Case,
        Self::CasePhoto,
        Self::Decision,
        Self::Take,
        Self::Release,
        Self::Renew,
        Self::Note,
        Self::Hold,
        Self::Resume,
        Self::Reopen,
        Self::Reveal,
        Self::Staff,
        Self::StaffMember,
        Self::Account,
        Self::RecoveryCodes,
    ];

    /// Its address, `{…}` in the place of what differs.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Queue => "/review",
            Self::Next => "/review/next",
            Self::Case => "/review/applications/{id}",
            Self::CasePhoto => "/review/applications/{id}/photo",
            Self::Decision => "/review/applications/{id}/decision",
            Self::Take => "/review/applications/{id}/take",
            Self::Release => "/review/applications/{id}/release",
            Self::Renew => "/review/applications/{id}/renew",
            Self::Note => "/review/applications/{id}/note",
            Self::Hold => "/review/applications/{id}/hold",
            Self::Resume => "/review/applications/{id}/resume",
            Self::Reopen => "/review/applications/{id}/reopen",
            Self::Reveal => "/review/applications/{id}/reveal",
            Self::Staff => "/review/staff",
            Self::StaffMember => "/review/staff/{id}",
            Self::Account => "/review/account",
            Self::RecoveryCodes => "/review/recovery-codes",
        }
    }

    /// What looking at it takes; `None` where there is nothing to be looked at.
    pub const fn seen_by(self) -> Option<Right> {
        match self {
            Self::Staff | Self::StaffMember => Some(Right::KeepStaff),
            Self::Account | Self::RecoveryCodes => Some(Right::Own),
            Self::Queue | Self::Case | Self::CasePhoto => Some(Right::SeeApplications),
            Self::Next
            | Self::Decision
            | Self::Take
            | Self::Release
            | Self::Renew
            | Self::Note
            | Self::Hold
            | Self::Resume
            | Self::Reopen
            | Self::Reveal => None,
        }
    }

    /// What sending its form takes; `None` where there is none.
    pub const fn sent_by(self) -> Option<Right> {
        match self {
            Self::Staff | Self::StaffMember => Some(Right::KeepStaff),
            Self::Reopen => Some(Right::Reopen),
            Self::Next
            | Self::Decision
            | Self::Take
            | Self::Release
            | Self::Renew
            | Self::Note
            | Self::Hold
            | Self::Resume
            | Self::Reveal => Some(Right::Examine),
            Self::Queue | Self::Case | Self::CasePhoto | Self::Account | Self::RecoveryCodes => None,
        }
    }

    /// The page from which a form of this place at a path is sent; `None`: no page of one thing.
    pub fn page_of(self, path: &str) -> Option<&str> {
        match self.path().strip_prefix(Self::Case.path()) {
            Some(act) if !act.is_empty() => path.rsplit_once('/').map(|(case, _)| case),
            _ => self.seen_by().map(|_| path),
        }
    }

    /// Its word in the menu; `None` for what stands in no menu.
    pub const fn menu(self) -> Option<&'static str> {
        match self {
            Self::Queue => Some("审核"),
            Self::Staff => Some("人员"),
            Self::Account => Some("本人信息"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_writes_nothing_and_an_administrator_decides_nothing() {
        let writes = [
            Right::Examine,
            Right::Decide,
            Right::Reopen,
            Right::DecideSeveral,
            Right::AnswerTasks,
            Right::KeepReasons,
            Right::KeepStaff,
            Right::Print,
        ];
        let decides = [Right::Examine, Right::Decide, Right::Reopen, Right::DecideSeveral, Right::AnswerTasks];
        assert!(writes.iter().all(|right| !right.roles().contains(&Auditor)));
        assert!(decides.iter().all(|right| !right.roles().contains(&Administrator)));
        let sent = Place::ALL.into_iter().filter_map(Place::sent_by).filter(|right| *right != Right::Own);
        assert!(sent.into_iter().all(|right| !right.roles().contains(&Auditor)));
    }

    #[test]
    fn every_place_has_an_address_of_its_own_under_the_desk() {
        for place in Place::ALL {
            assert!(place.path() == "/review" || place.path().starts_with("/review/"), "{place:?}");
            assert!(place.seen_by().is_some() || place.sent_by().is_some(), "{place:?}");
            assert_eq!(Place::ALL.iter().filter(|other| other.path() == place.path()).count(), 1, "{place:?}");
        }
        assert!(Right::ALL.iter().all(|right| !right.roles().is_empty()));
    }
}
