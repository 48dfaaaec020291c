//! buzheng (补证): the gateway by which a province's citizens sign in through the government portal, find their old
//! certificate data again, and get a lost professional certificate reissued.
//!
//! `docs/ARCHITECTURE.md` explains the layers; `tests/layers/` holds their direction.

pub mod app;
pub mod carrier;
pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod ids;
pub mod import;
pub mod jobs;
pub mod session;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod views;
pub mod web;
