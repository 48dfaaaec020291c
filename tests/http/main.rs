//! The service through HTTP, as browsers and others use it: one binary, one file for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../scratch/mod.rs"]
mod scratch;
#[path = "../support/mod.rs"]
mod support;

mod audit;
mod by_hand;
mod concurrency;
mod conformance;
mod continuity_report;
mod database_outage;
mod database_reads;
mod delta;
mod denied;
mod desk;
mod desk_commands;
mod foreign_cookies;
mod fuzz;
mod held;
mod link_claim;
mod link_proof;
mod link_request;
mod linking;
mod linking_limits;
mod linking_portal;
mod linking_review;
mod linking_undo;
mod listener;
mod maintenance;
mod model;
mod other_protocols;
mod outage;
mod photo_consent;
mod photo_phone;
mod plans;
mod portal_oauth2;
mod privacy;
mod races;
mod redis_outage;
mod refused;
mod reissue;
mod reissue_fields;
mod reissue_photo;
mod return_to;
mod session;
mod sign_in;
mod sign_in_again;
mod sign_in_attacks;
mod sign_in_faults;
mod signed_out_everywhere;
mod statements;
mod stored_words;
mod throttle;
mod tickets;
mod web_edges;
