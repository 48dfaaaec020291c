//! The bare page: what an ordinary program takes for one. A session from Redis, one indexed query, a template; nothing is sealed, logged,
//! counted or guarded.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::response::Html;
use axum::routing::get;
use buzheng::db::schema::legacy_accounts;
use buzheng::ids::AccountId;
use buzheng::web::listen;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use tera::{Context, Tera};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use super::ground::Ground;

/// Lines of the page's table; with them it has about 6 KB.
const LINES: usize = 15;

struct Program {
    redis: MultiplexedConnection,
    pool: Pool<ConnectionManager<PgConnection>>,
    tera: Tera,
    /// Of keys in Redis.
    prefix: String,
}

#[derive(Serialize, Deserialize)]
struct Session {
    name: String,
    account: AccountId,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = legacy_accounts)]
struct Account {
    system: String,
    key: String,
    registered_at: String,
    imported_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Page {
    name: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    exam: String,
    year: usize,
    system: String,
    key: String,
    registered_at: String,
    imported_at: String,
}

/// Starts the program over a ground's database, behind the service's own listener code; beside its page stands a handler that does nothing.
pub(crate) async fn start(ground: &Ground) -> SocketAddr {
    let config = &ground.app.config;
    let redis = redis::Client::open(config.redis.url.expose_secret()).unwrap();
    let mut tera = Tera::new();
    tera.add_raw_templates(vec![("page.html", include_str!("bare.html"))]).unwrap();
    let program = Program {
        redis: redis.get_multiplexed_async_connection().await.unwrap(),
        pool: Pool::new(ConnectionManager::new(ground.db.url())).unwrap(),
        tera,
        prefix: config.redis.prefix.clone(),
    };
    let router = Router::new()
        .route("/page", get(page))
        .route("/", get(|| async { "ok" }))
        .layer(CompressionLayer::new())
        .with_state(Arc::new(program));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listen::serve(listener, router, listen::Limits::public(&config.server), pending()));
    address
}

/// The cookie of a new session of the holder of this account.
pub(crate) async fn sign_in(ground: &Ground, account: AccountId) -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let session = serde_json::to_vec(&Session { name: "测试".to_owned(), account }).unwrap();
    ground.app.store.put(&format!("bare:{id}"), &session, std::time::Duration::from_hours(1)).await.unwrap();
    format!("bare={id}")
}

async fn page(State(program): State<Arc<Program>>, headers: HeaderMap) -> Html<String> {
    let id = headers[COOKIE].to_str().unwrap().strip_prefix("bare=").unwrap();
    let key = format!("{}bare:{id}", program.prefix);
    let session: Vec<u8> = program.redis.clone().get(key).await.unwrap();
    let session: Session = serde_json::from_slice(&session).unwrap();
    let pool = program.pool.clone();
    let query = move || {
        let rows = legacy_accounts::table.find(session.account).select(Account::as_select());
        rows.get_result(&mut pool.get().unwrap()).unwrap()
    };
    let account = tokio::task::spawn_blocking(query).await.unwrap();
    let page = Page { name: session.name, lines: (0..LINES).map(|nth| line(&account, nth)).collect() };
    Html(program.tera.render("page.html", &Context::from_serialize(&page).unwrap()).unwrap())
}

fn line(account: &Account, nth: usize) -> Line {
    let Account { system, key, registered_at, imported_at } = account;
    Line {
        exam: "执业药师（药学）".to_owned(),
        year: 2005 + nth,
        system: system.clone(),
        key: format!("{key}-{nth}"),
        registered_at: registered_at.clone(),
        imported_at: imported_at.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}
