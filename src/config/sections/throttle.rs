//! `[throttle]`: rate limits, lockout, and how many sign-ins may be pending.

use serde::Deserialize;
use std::time::Duration;

/// 0 switches a limit off.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThrottleConfig {
    /// Sign-ins that one address may start in a minute.
    pub sign_in_starts_per_minute: u32,
    /// Answers of the portal's that browsers of one address may post in a minute.
    pub posted_answers_per_minute: u32,
    /// Posted answers that wait for their browsers, of all visitors together; beyond it the oldest go.
    pub posted_answers_total: u32,
    /// Logout tokens that one address may send in a minute.
    pub logout_tokens_per_minute: u32,
    /// Pending sign-ins of one browser; beyond it the oldest is dropped.
    pub pending_sign_ins_per_browser: u32,
    /// Of all visitors together. One that nobody finishes counts for half an hour.
    pub pending_sign_ins_total: u32,
    /// Pictures of evidence kept with forms that were not submitted, of all persons together, of 6 MB at most each; beyond it the oldest go.
    pub kept_evidence_total: u32,
    /// Forms that one person may send in an hour, whatever becomes of them.
    pub submissions_per_hour: u32,
    /// Photo slots for a phone that one session may open in an hour.
    pub photo_slots_per_hour: u32,
    /// Wrong codes of photo slots that one address may bring in a minute.
    pub photo_codes_per_minute: u32,
    /// Pictures that a phone may send to one slot before it ends.
    pub photo_tries_per_slot: u32,
    /// Sign-ins by an old account's password that one address may try in a minute.
    pub account_sign_ins_per_minute: u32,
    /// Sessions of visitors who have not signed in, of all of them together; beyond it the oldest end.
    pub anonymous_sessions_total: u32,
    /// Of one address.
    pub anonymous_sessions_per_network: u32,
    /// Registrations that one address may send in an hour.
    pub registrations_per_hour: u32,
    /// Links for a new password of one number in an hour.
    pub recoveries_per_hour: u32,
    /// Links for a new password that one address may ask for in an hour, of whatever numbers.
    pub recovery_requests_per_hour: u32,
    /// Captchas that one address may draw in a minute.
    pub challenges_per_minute: u32,
    /// Codes and notices that are mailed to one mail address in an hour because somebody typed it or its owner's number.
    pub mails_per_hour: u32,
    /// Wrong codes of one confirmation before it ends.
    pub code_tries: u32,
    /// Passwords that wait to be hashed or compared, for each core that does so; beyond it visitors are asked to come again (503).
    pub passwords_waiting: u32,
    /// Answers that shall not tell by their time whether a number is known come this long after the question, or a multiple of it: longer than
    /// comparing two passwords takes. 0: at once, for measurements.
    #[serde(with = "humantime_serde")]
    pub answer_pace: Duration,
    /// Wrong old passwords for one account, and by one person, before the lockout of both (LINKING.md).
    pub password_tries: u32,
    /// How long the lockout lasts.
    #[serde(with = "humantime_serde")]
    pub password_lock: Duration,
    /// Requests for manual verification that one person may have open.
    pub open_requests_per_person: u32,
}

impl Default for ThrottleConfig {
    fn default() -> Self {
        Self {
            sign_in_starts_per_minute: 60,
            posted_answers_per_minute: 60,
            posted_answers_total: 1_000,
            logout_tokens_per_minute: 600,
            pending_sign_ins_per_browser: 8,
            pending_sign_ins_total: 20_000,
            kept_evidence_total: 128,
            submissions_per_hour: 60,
            photo_slots_per_hour: 20,
            photo_codes_per_minute: 60,
            photo_tries_per_slot: 5,
            account_sign_ins_per_minute: 60,
            anonymous_sessions_total: 100_000,
            anonymous_sessions_per_network: 2_000,
            registrations_per_hour: 60,
            recoveries_per_hour: 3,
            recovery_requests_per_hour: 60,
            challenges_per_minute: 600,
            mails_per_hour: 5,
            code_tries: 5,
            passwords_waiting: 64,
            answer_pace: Duration::from_secs(1),
            password_tries: 5,
            password_lock: Duration::from_mins(15),
            open_requests_per_person: 10,
        }
    }
}
