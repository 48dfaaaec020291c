//! The reverse proxies: whether rate limits can count visitors one by one.

use ipnet::IpNet;
use sso::Finding;

use super::finding::{ok, warning};
use crate::app::forwarded;
use crate::config::{Config, ServerConfig};
use crate::store::Store;

const WHAT_TO_SEND: &str = "let each proxy append the visitor's address to X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For \
    $proxy_add_x_forwarded_for); a port and brackets may stand with it, words such as \"unknown\" and names may not";

pub(super) async fn examine(config: &Config) -> Finding {
    let noted = match Store::new(&config.redis) {
        // The Redis check reports this.
        Ok(store) => forwarded::unusable_forwarded_for(&store).await.ok().flatten(),
        Err(_) => None,
    };
    match noted {
        Some(proxy) => warning(
            "server.proxies",
            format!(
                "within a day the trusted proxy {proxy} sent an X-Forwarded-For without an address: its visitors share one rate limit"
            ),
            WHAT_TO_SEND,
        ),
        None => judge(&config.server),
    }
}

fn judge(server: &ServerConfig) -> Finding {
    let nets = &server.trusted_proxies;
    if let Some(all) = nets.iter().find(|net| net.prefix_len() == 0) {
        return warning(
            "server.proxies",
            format!(
                "server.trusted_proxies holds {all}: every visitor may name any address, and escapes the rate limits"
            ),
            "list the proxies' own addresses only",
        );
    }
    // The service speaks no TLS itself.
    let behind_a_proxy = server.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    if nets.is_empty() && behind_a_proxy {
        return warning(
            "server.proxies",
            "server.trusted_proxies is empty, and server.public_url is https: all visitors count under their proxy's one address".into(),
            "list the address of the proxy that ends TLS in server.trusted_proxies, and let it send X-Forwarded-For",
        );
    }
    if nets.is_empty() {
        return ok("server.proxies", "no proxy is trusted: visitors count under the address they connect from".into());
    }
    let list = nets.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", ");
    ok("server.proxies", format!("X-Forwarded-For is believed of {list}; {WHAT_TO_SEND}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sso::Severity;

    fn judged(url: &str, nets: &[&str]) -> Finding {
        judge(&ServerConfig {
            public_url: Some(url.parse().unwrap()),
            trusted_proxies: nets.iter().map(|net| net.parse().unwrap()).collect(),
            ..ServerConfig::default()
        })
    }

    #[test]
    fn visitors_who_cannot_be_told_apart_are_a_warning() {
        let https = "https://bz.example.gov.cn";
        assert_eq!(judged(https, &[]).severity, Severity::Warning);
        assert_eq!(judged(https, &["0.0.0.0/0"]).severity, Severity::Warning);
        assert_eq!(judged(https, &["10.0.0.1/32", "::/0"]).severity, Severity::Warning);
        assert_eq!(judged("http://127.0.0.1:8080", &[]).severity, Severity::Ok);
        let good = judged(https, &["10.0.0.1/32", "2001:db8::/64"]);
        assert_eq!(good.severity, Severity::Ok);
        assert!(good.message.contains("10.0.0.1/32, 2001:db8::/64") && good.message.contains("X-Forwarded-For"));
    }
}
