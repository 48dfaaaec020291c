//! The management listener: health checks and metrics. Never reachable for citizens.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::sync::watch::Receiver;

use crate::app::App;
use crate::app::health::Health;

#[derive(Clone)]
struct Management {
    app: Arc<App>,
    metrics: PrometheusHandle,
    ending: Receiver<bool>,
}

/// `/healthz`, `/readyz` and `/metrics`. Not ready once `ending` is set.
pub fn router(app: Arc<App>, metrics: PrometheusHandle, ending: Receiver<bool>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(render_metrics))
        .with_state(Management { app, metrics, ending })
}

/// Liveness does not depend on the neighbours: restarting this process would not bring them back.
async fn healthz() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

async fn readyz(State(management): State<Management>) -> Response {
    // At once: a neighbour that is slow to answer must not keep a load balancer sending visitors here.
    if *management.ending.borrow() {
        return readiness(false, &Map::from_iter([("shutdown".to_owned(), json!("this server is stopping"))]));
    }
    let health = Health::ask(&management.app).await;
    let parts = health
        .parts()
        .into_iter()
        .map(|(name, part)| {
            (name.to_owned(), part.as_ref().map_or_else(|trouble| json!(trouble.summary), |()| json!("ok")))
        })
        .collect();
    readiness(health.is_ready(), &parts)
}

fn readiness(ready: bool, checks: &Map<String, Value>) -> Response {
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": ready, "checks": checks });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn render_metrics(State(management): State<Management>) -> Response {
    let (in_use, open) = management.app.db.usage();
    metrics::gauge!("buzheng_database_connections", "state" => "in_use").set(in_use);
    metrics::gauge!("buzheng_database_connections", "state" => "idle").set(open.saturating_sub(in_use));
    let content_type = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([content_type, (header::CACHE_CONTROL, "no-store")], management.metrics.render()).into_response()
}
