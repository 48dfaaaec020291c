//! Everything that one running service shares, built once; and what it does, one file per use case.
//!
//! A use case reads its facts in one transaction, lets `domain` decide, and has `db` apply the decision.

pub mod account;
mod announcement;
pub mod audit;
pub mod challenges;
pub mod continuity;
mod denied;
pub mod dossier;
pub mod drafts;
mod entering;
pub mod forwarded;
mod hashing;
pub mod health;
pub mod keys;
pub mod linking;
pub mod maintain;
pub mod notices;
pub mod old_password;
pub mod outbox;
mod pace;
pub mod pending;
pub mod photo_proposals;
pub mod photo_slots;
pub mod reissue;
pub mod review;
pub mod sign_in;
pub mod staff;
pub mod submitted;
pub mod turns;
pub mod tx;
pub mod unsent;
mod vouched;
pub mod wrapping;

use chrono::{DateTime, Utc};
use std::sync::Arc;
use url::Url;

use keys::{Keys, Recording};

use crate::carrier::{self, Carriers};
use crate::config::{Config, ReissueConfig, ReviewConfig, SiteConfig};
use crate::db::{Db, DbError};
use crate::domain::certificate::Electronic;
use crate::domain::policy::Policy;
use crate::session::{Sessions, StaffSessions};
use crate::store::{Store, StoreError};
use crate::vault::{KeyFile, KeyFileError, Vault};
use crate::views::{self, ViewError, Views};

/// Why a service cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The key file.
    #[error("vault.keys_file {path}: {source}; `buzheng doctor --new-keys FILE` writes a new one")]
    Keys {
        /// Which file.
        path: String,
        /// What is wrong with it.
        source: KeyFileError,
    },
    /// Redis' address.
    #[error("redis.url: {0}")]
    Redis(#[from] StoreError),
    /// The portal's configuration.
    #[error("{0}")]
    Portal(#[from] sso::ConfigError),
    /// The templates: a defect of this build.
    #[error("{0}")]
    Views(#[from] ViewError),
    /// `server.public_url`.
    #[error("server.public_url: missing")]
    PublicUrl,
    /// The mail server or the hook for text messages.
    #[error("{0}")]
    Carrier(#[from] carrier::Unusable),
}

/// The service. Built once, shared by all requests.
#[derive(Debug)]
pub struct App {
    /// What the operator wrote.
    pub config: Config,
    /// `server.public_url`.
    pub public_url: Url,
    /// PostgreSQL.
    pub db: Db,
    /// Redis.
    pub store: Store,
    /// Keys.
    pub vault: Vault,
    /// The same keys, held against the database.
    pub keys: Arc<Keys>,
    /// The government portal; in the mode `local` one through which nobody comes.
    pub portal: sso::Portal,
    /// What the province decides about reissue.
    pub policy: Arc<Policy>,
    /// Citizens' sessions.
    pub sessions: Sessions,
    /// Those of staff.
    pub staff_sessions: StaffSessions,
    /// Pages.
    pub views: Views,
    /// By what notices go out.
    pub carriers: Carriers,
    hashing: hashing::Hashing,
    forwarded_for_told: forwarded::Told,
    /// By the session whose slot a picture is on its way to.
    pictures_arriving: turns::Turns,
}

impl App {
    /// Builds the service; connects to nothing, so that it starts while others are down.
    pub fn new(config: Config) -> Result<Arc<Self>, BuildError> {
        sso::install_crypto_provider();
        let public_url = config.server.public_url.clone().ok_or(BuildError::PublicUrl)?;
        let vault = Self::open_vault(&config)?;
        let store = Store::new(&config.redis)?;
        let callback = public_url.join("/sso/callback").map_err(|_| BuildError::PublicUrl)?;
        let home_url = config.portal.home_link().map(String::from).unwrap_or_default();
        let access = views::Access {
            portal: config.access.mode.has_portal(),
            accounts: config.access.mode.has_accounts(),
            mails: config.access.mails(),
        };
        let views = Views::new(
            access,
            &views::Portal {
                display_name: config.portal.display_name.clone(),
                account_url: home_url.clone(),
                home_url,
            },
            &site(&config.site),
        )?;
        let carriers = Carriers::new(&config.smtp, &config.sms, public_url.host_str().unwrap_or_default())?;
        let keys = Keys::new(&vault, Recording::Records);
        Ok(Arc::new(Self {
            db: Db::serving(&config.database.url, config.database.pool_size, keys.clone()),
            keys,
            policy: Arc::new(policy(&config.reissue, &config.review)),
            sessions: Sessions::new(store.clone(), vault.clone(), &config.session, &config.throttle),
            staff_sessions: StaffSessions::new(store.clone(), vault.clone(), config.staff.idle_timeout),
            portal: portal(&config, callback)?,
            public_url,
            store,
            vault,
            views,
            carriers,
            hashing: hashing::Hashing::new(config.throttle.passwords_waiting),
            forwarded_for_told: forwarded::Told::default(),
            pictures_arriving: turns::Turns::default(),
            config,
        }))
    }

    /// The vault over the configured key file.
    pub fn open_vault(config: &Config) -> Result<Vault, BuildError> {
        let path = &config.vault.keys_file;
        let keys =
            KeyFile::read(path).map_err(|source| BuildError::Keys { path: path.display().to_string(), source })?;
        Ok(Vault::new(&keys))
    }

    /// Whether the keys are the database's own. The database is asked until it has answered once.
    pub async fn compare_keys(&self) -> Result<(), DbError> {
        match self.keys.found() {
            Some(found) => Ok(found?),
            None => self.db.admit().await,
        }
    }

    /// Who sends the notices of this service.
    pub fn postman(&self) -> outbox::Postman {
        outbox::Postman::new(self.db.clone(), self.vault.clone(), self.carriers.clone())
    }

    /// The origin at which staff find their desk.
    pub fn desk_url(&self) -> &Url {
        self.config.staff.public_url.as_ref().unwrap_or(&self.public_url)
    }

    /// The address of a page of the desk.
    fn desk_page(&self, path: &str) -> String {
        format!("{}{path}", self.desk_url())
    }

    /// Now. The one place of the running service that asks the clock; everything else is told.
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

fn portal(config: &Config, callback: Url) -> Result<sso::Portal, sso::ConfigError> {
    if config.access.mode.has_portal() { sso::Portal::new(&config.portal, callback) } else { Ok(sso::Portal::absent()) }
}

fn policy(config: &ReissueConfig, review: &ReviewConfig) -> Policy {
    let electronic = config.electronic.iter().map(|entry| Electronic {
        exam: entry.exam.clone(),
        since: entry.since,
        only: entry.only,
        url: entry.url.as_ref().map(Url::to_string).unwrap_or_default(),
        text: entry.text.clone(),
    });
    Policy {
        photo_required_through: config.photo_required_through,
        electronic: electronic.collect(),
        levels: review.levels(),
        terms: review.terms(),
        calendar: review.calendar(),
    }
}

fn site(config: &SiteConfig) -> views::Site {
    views::Site {
        organisation: config.organisation.clone(),
        telephone: views::Telephone::new(&config.telephone),
        hours: config.hours.clone(),
        icp: views::Record::icp(&config.icp),
        police: views::Record::police(&config.police),
        site_code: config.site_code.clone(),
        portal_help_url: config.portal_help_url.as_ref().map(Url::to_string).unwrap_or_default(),
        processing_time: config.processing_time.clone(),
        collection: config.collection.clone(),
    }
}

/// What a use case can fail by; each says what the visitor can do next.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Redis.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A notice could not be rendered.
    #[error(transparent)]
    View(#[from] ViewError),
    /// As many passwords wait to be hashed as may.
    #[error("as many passwords wait to be hashed as may")]
    Busy,
    /// There is no such thing, or it is another person's.
    #[error("not found")]
    NotFound,
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<crate::vault::VaultError> for AppError {
    fn from(error: crate::vault::VaultError) -> Self {
        Self::Db(error.into())
    }
}
