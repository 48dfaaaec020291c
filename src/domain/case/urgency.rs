//! How near its day an application is.

use chrono::NaiveDate;

use crate::domain::word::words;
use crate::domain::workdays::Calendar;

words! {
    pub enum Urgency {
        SeverelyOverdue = "severely_overdue",
        Overdue = "overdue",
        DueSoon = "due_soon",
        InTime = "in_time",
    }
}

impl Urgency {
    pub const fn word(self) -> &'static str {
        match self {
            Self::SeverelyOverdue => "严重超期",
            Self::Overdue => "超期",
            Self::DueSoon => "将到期",
            Self::InTime => "未到期",
        }
    }
}

/// In working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// From when an application comes in until it is to be answered.
    pub answer_within: u32,
}

impl Terms {
    /// 将到期: so many working days are left at most.
    const SOON: u32 = 3;
    /// 严重超期: so many have passed.
    const SEVERE: u32 = 10;

    /// The day by which what came in on a day is to be answered.
    pub fn due(self, calendar: &Calendar, came: NaiveDate) -> NaiveDate {
        calendar.after(came, self.answer_within)
    }

    pub fn urgency(calendar: &Calendar, due: NaiveDate, today: NaiveDate) -> Urgency {
        if due <= calendar.before(today, Self::SEVERE) {
            Urgency::SeverelyOverdue
        } else if due < today {
            Urgency::Overdue
        } else if due <= calendar.after(today, Self::SOON) {
            Urgency::DueSoon
        } else {
            Urgency::InTime
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_told_by_working_days() {
        let calendar = Calendar::of_the_state_council();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(Terms { answer_within: 20 }.due(&calendar, day("2026-09-15")), day("2026-10-19"));
        // Wednesday before a holiday of a week.
        let today = day("2026-09-30");
        for (due, urgency) in [
            ("2026-09-14", Urgency::SeverelyOverdue),
            ("2026-09-29", Urgency::Overdue),
            ("2026-09-30", Urgency::DueSoon),
            ("2026-10-10", Urgency::DueSoon),
            ("2026-10-12", Urgency::InTime),
        ] {
            assert_eq!(Terms::urgency(&calendar, day(due), today), urgency, "{due}");
        }
    }
}
