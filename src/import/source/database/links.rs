//! One connection to each server, shared by its sources.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use super::session::Session;
use crate::import::manifest::Mysql;
use crate::import::source::items::NoTable;

pub(super) type Link = Arc<Mutex<Session>>;

/// One connection to each server, or why it failed.
#[derive(Default)]
pub(in crate::import::source) struct Links(pub(super) BTreeMap<String, Result<Link, String>>);

impl Links {
    pub(super) fn to(&mut self, mysql: &Mysql) -> Result<Link, NoTable> {
        let known = self.0.entry(format!("{:?}", mysql.server()));
        let link = known.or_insert_with(|| Session::open(mysql).map(|session| Arc::new(Mutex::new(session))));
        link.clone().map_err(NoTable::Database)
    }
}

pub(super) fn hold(link: &Link) -> io::Result<MutexGuard<'_, Session>> {
    link.lock().map_err(|_| io::Error::other("与数据库的连接已中断"))
}
