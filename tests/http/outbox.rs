//! Notices on their way: written with what they tell of, sent once, kept from whoever should not read them, and given up honestly.

mod courier;
mod hook;

use buzheng::app::outbox::Round;
use buzheng::domain::notice::{Channel, NoticeState};
use chrono::{TimeDelta, Utc};
use sso::simulator::mail::{MailFault, MailServerConfig, Stage};

use courier::Courier;

use crate::support::{Certified, read_by_python};

const ADDRESS: &str = "ceshi.li@example.com";

#[tokio::test]
async fn a_notice_goes_out_once_as_a_mail_that_another_implementation_reads() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    assert_eq!(post.round_after(0).await, Round { sent: 1, ..Round::default() });
    assert_eq!(post.round_after(1).await, Round::default(), "nothing is due any more");
    let mails = post.server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].from.as_str(), mails[0].to.as_slice()), ("noreply@example.gov.cn", &[ADDRESS.to_owned()][..]));
    let read = read_by_python(&mails[0].raw);
    assert_eq!(read["from"], "证书补办申请系统 <noreply@example.gov.cn>");
    assert_eq!(read["to"], ADDRESS);
    assert_eq!(read["subject"], "找回密码");
    assert_eq!(read["message_id"], format!("<{id}@127.0.0.1>"));
    assert_eq!(read["auto_submitted"], "auto-generated");
    assert_eq!(
        read["parts"][0],
        serde_json::json!(["text/plain", "请在 20 分钟内打开：\nhttps://bz.example.gov.cn/x\n"])
    );
    assert_eq!(read["parts"][1][0], "text/html");
    assert!(read["parts"][1][1].as_str().unwrap().contains("<p>请在 20 分钟内打开</p>"), "{read}");
    assert_eq!(read["defects"], serde_json::json!([]));
    assert!(mails[0].raw.is_ascii() && mails[0].raw.lines().all(|line| line.len() <= 998), "RFC 5322 §2.1.1");
}

#[tokio::test]
async fn what_a_notice_says_is_sealed_while_it_waits_and_erased_once_it_is_sent() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    let row = post.app.row_text("outbox", id);
    for secret in [ADDRESS, "bz.example.gov.cn/x", "找回密码"] {
        assert!(!row.contains(secret) && !row.contains(&hex::encode(secret)), "{row}");
    }
    post.round_after(0).await;
    assert_eq!(post.app.number("SELECT count(*) AS number FROM outbox WHERE content_sealed IS NOT NULL"), 0);
    assert_eq!(post.state(id), (NoticeState::Sent, Some("250".to_owned())));
}

#[tokio::test]
async fn a_notice_of_an_act_that_did_not_happen_is_never_sent() {
    let post = Courier::new(MailServerConfig::default()).await;
    post.write_and_roll_back(ADDRESS);
    assert_eq!(post.round_after(0).await, Round::default());
    assert_eq!(post.server.verbs(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_deferred_goes_out_later_under_the_same_message_id() {
    for stage in [Stage::Sender, Stage::Recipient, Stage::Data, Stage::Message] {
        let post = Courier::new(MailServerConfig::default()).await;
        let id = post.write(ADDRESS);
        post.server.fault(stage, MailFault::Answer("450 4.2.1 not now"));
        assert_eq!(post.round_after(0).await, Round { deferred: 1, ..Round::default() }, "{stage:?}");
        assert_eq!(post.state(id), (NoticeState::Waiting, Some("450 4.2.1".to_owned())));
        assert_eq!(post.round_after(50).await, Round::default(), "not before a minute is over");
        assert_eq!(post.round_after(60).await.sent, 1);
        assert!(post.server.mails()[0].raw.contains(&format!("Message-ID: <{id}@127.0.0.1>")));
    }
}

#[tokio::test]
async fn pauses_grow_and_nothing_is_sent_after_its_expiry() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    for after in [0, 60, 364] {
        post.server.fault(Stage::Recipient, MailFault::Answer("451 4.3.0 not now"));
        assert_eq!(post.round_after(after).await.deferred, 1, "{after}");
    }
    // The next attempt would come after 15 minutes, and the notice is of use for 20.
    assert_eq!(post.state(id), (NoticeState::Expired, Some("451 4.3.0".to_owned())));
    assert_eq!(post.round_after(3600).await, Round::default());
    assert_eq!(post.server.mails(), []);
    assert_eq!(post.app.number("SELECT count(*) AS number FROM outbox WHERE content_sealed IS NOT NULL"), 0);
}

#[tokio::test]
async fn what_waited_beyond_its_expiry_is_not_sent_late() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    assert_eq!(post.round_after(20 * 60).await, Round { expired: 1, ..Round::default() });
    assert_eq!(post.state(id).0, NoticeState::Expired);
    assert_eq!(post.server.verbs(), Vec::<String>::new());
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_is_not_tried_again_and_may_be_by_hand() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    post.server.fault(Stage::Recipient, MailFault::Answer("550 5.1.1 <ceshi.li@example.com> is unknown here"));
    assert_eq!(post.round_after(0).await, Round { failed: 1, ..Round::default() });
    assert_eq!(post.state(id), (NoticeState::Failed, Some("550 5.1.1".to_owned())), "codes, and no word of the server");
    assert_eq!(post.round_after(3600).await, Round::default());
    let listed = post.command(&["mail", "list"]).expect(0).stdout;
    assert!(
        listed.contains("被拒收") && listed.contains("c***@example.com") && listed.contains("550 5.1.1"),
        "{listed}"
    );
    assert!(!listed.contains(ADDRESS), "{listed}");
}

#[tokio::test]
async fn staff_send_a_refused_notice_again_while_it_is_of_use_and_that_is_recorded() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    post.server.fault(Stage::Recipient, MailFault::Answer("550 5.1.1 unknown"));
    post.round_after(0).await;
    post.command(&["mail", "retry", &id.to_string(), "--as", "wang"]).expect(0);
    assert_eq!(post.app.number("SELECT count(*) AS number FROM audit_events WHERE event = 'notice_retried'"), 1);
    assert_eq!(post.round_after(1).await.sent, 1);
    let again = post.command(&["mail", "retry", &id.to_string(), "--as", "wang"]).expect(2);
    assert!(again.stderr.contains("not one that was refused (failed), it is sent"), "{}", again.stderr);
    let unknown = post.command(&["mail", "retry", "0190d2f0-0000-7000-8000-000000000000", "--as", "wang"]).expect(2);
    assert!(unknown.stderr.contains("there is no such notice"), "{}", unknown.stderr);
}

#[tokio::test]
async fn the_content_of_a_refused_notice_is_erased_when_it_is_of_no_more_use() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    post.server.fault(Stage::Recipient, MailFault::Answer("550 5.1.1 unknown"));
    post.round_after(0).await;
    let kept = || post.app.number("SELECT count(*) AS number FROM outbox WHERE content_sealed IS NOT NULL");
    assert_eq!(kept(), 1);
    post.round_after(20 * 60).await;
    assert_eq!((kept(), post.state(id).0), (0, NoticeState::Failed));
    assert!(
        post.command(&["mail", "retry", &id.to_string(), "--as", "wang"])
            .expect(2)
            .stderr
            .contains("what it says is erased")
    );
}

#[tokio::test]
async fn an_outage_of_the_mail_server_costs_no_notice_an_attempt() {
    let post = Courier::new(MailServerConfig::default()).await;
    let ids = [post.write(ADDRESS), post.write("zhang@example.com")];
    for (after, fault) in [
        (0, MailFault::Close),
        (31, MailFault::Answer("421 4.3.2 closing")),
        (64, MailFault::Answer("554 5.3.2 no mail from you")),
    ] {
        post.server.fault(Stage::Greeting, fault);
        assert_eq!(
            post.round_after(after).await,
            Round { deferred: 2, unreached: true, ..Round::default() },
            "{fault:?}"
        );
    }
    assert_eq!(post.app.number("SELECT sum(deferred)::bigint AS number FROM outbox"), 0);
    assert_eq!(post.state(ids[0]).0, NoticeState::Waiting);
    assert_eq!(post.round_after(97).await.sent, 2);
}

#[tokio::test]
async fn a_mail_that_does_not_go_holds_none_of_the_others_up() {
    let post = Courier::new(MailServerConfig::default()).await;
    post.write(ADDRESS);
    post.write("zhang@example.com");
    for fault in [MailFault::Close, MailFault::Answer("450 4.2.1 not now")] {
        post.server.fault(Stage::Data, fault);
        assert_eq!(post.round_after(0).await, Round { sent: 1, deferred: 1, ..Round::default() }, "{fault:?}");
        assert_eq!(post.round_after(60).await.sent, 1);
        post.write(ADDRESS);
        post.write("zhang@example.com");
    }
}

#[tokio::test]
async fn a_server_that_goes_silent_is_left_after_the_time_out() {
    let post = Courier::impatient().await;
    let id = post.write(ADDRESS);
    post.server.fault(Stage::Recipient, MailFault::Silence);
    assert_eq!(post.round_after(0).await.deferred, 1);
    assert_eq!(post.state(id), (NoticeState::Waiting, Some("timeout".to_owned())));
    assert_eq!(post.round_after(60).await.sent, 1);
}

#[tokio::test]
async fn two_servers_send_each_notice_once() {
    let post = Courier::new(MailServerConfig::default()).await;
    for number in 0..40 {
        post.write(&format!("citizen-{number}@example.com"));
    }
    let (one, other) = (post.app.service.postman(), post.app.service.postman());
    let now = Utc::now() + TimeDelta::seconds(1);
    let mut rounds = 0;
    while post.server.mails().len() < 40 && rounds < 20 {
        let (first, second) = tokio::join!(one.round(Channel::Mail, now), other.round(Channel::Mail, now));
        assert!(first.unwrap().failed + second.unwrap().failed == 0);
        rounds += 1;
    }
    let mut to: Vec<String> = post.server.mails().into_iter().flat_map(|mail| mail.to).collect();
    to.sort_unstable();
    to.dedup();
    assert_eq!((to.len(), post.server.mails().len()), (40, 40));
}

#[tokio::test]
async fn whoever_died_over_a_notice_leaves_it_to_another_under_the_same_message_id() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    // Kept by the mail server, and the answer lost.
    post.server.fault(Stage::Kept, MailFault::Close);
    assert_eq!(post.round_after(0).await.deferred, 1);
    post.app.execute("UPDATE outbox SET state = 'sending', due_at = now() + interval '5 minutes', claims = claims + 1");
    assert_eq!(post.round_after(240).await, Round::default(), "its holder may still be at it");
    assert_eq!(post.round_after(301).await.sent, 1);
    let ids: Vec<bool> = post.server.mails().iter().map(|mail| mail.raw.contains(&format!("<{id}@"))).collect();
    assert_eq!(ids, [true, true]);
}

#[tokio::test]
async fn starttls_is_demanded_before_any_name_password_or_address_is_told() {
    let plain = MailServerConfig { credentials: Some("bz:of the test".into()), ..MailServerConfig::default() };
    let post = Courier::with(plain, |smtp, address, _| {
        smtp.url = format!("smtp://bz:of%20the%20test@{address}").into();
    })
    .await;
    let id = post.write(ADDRESS);
    assert!(post.round_after(0).await.unreached);
    assert_eq!(post.server.verbs(), ["EHLO", "QUIT"]);
    assert_eq!(post.state(id), (NoticeState::Waiting, Some("no starttls".to_owned())));
}

#[tokio::test]
async fn mail_goes_over_starttls_and_over_tls_from_the_start_where_the_certificate_is_trusted() {
    for implicit in [false, true] {
        let certified = Certified::new("127.0.0.1");
        let credentials = Some("bz:of the test".to_owned());
        let config = MailServerConfig { tls: Some(certified.server()), implicit, credentials: credentials.clone() };
        let post = Courier::with(config, move |smtp, address, folder| {
            let scheme = if implicit { "smtps" } else { "smtp" };
            smtp.url = format!("{scheme}://bz:of%20the%20test@{address}").into();
            let path = folder.join("authority.pem");
            std::fs::write(&path, certified.authority).unwrap();
            smtp.ca_file = Some(path);
        })
        .await;
        post.write(ADDRESS);
        assert_eq!(post.round_after(0).await.sent, 1, "implicit: {implicit}, {:?}", post.server.verbs());
        let mail = &post.server.mails()[0];
        assert_eq!((mail.encrypted, &mail.credentials), (true, &credentials));
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_or_of_another_name_takes_no_mail() {
    for (name, vouched, implicit) in [
        ("127.0.0.1", false, false),
        ("127.0.0.1", false, true),
        ("mail.example.com", true, false),
        ("mail.example.com", true, true),
    ] {
        let certified = Certified::new(name);
        let config = MailServerConfig { tls: Some(certified.server()), implicit, credentials: None };
        let post = Courier::with(config, move |smtp, address, folder| {
            smtp.url = format!("{}://{address}", if implicit { "smtps" } else { "smtp" }).into();
            if vouched {
                let path = folder.join("authority.pem");
                std::fs::write(&path, certified.authority).unwrap();
                smtp.ca_file = Some(path);
            }
        })
        .await;
        let id = post.write(ADDRESS);
        assert!(post.round_after(0).await.unreached, "{name}");
        assert_eq!(post.state(id).1.as_deref(), Some("tls certificate"), "{name} {implicit}");
        let said: &[&str] = if implicit { &[] } else { &["EHLO", "STARTTLS"] };
        assert_eq!(post.server.verbs(), said, "{name}");
    }
}

#[tokio::test]
async fn a_wrong_password_of_the_mail_server_fails_no_notice() {
    let config = MailServerConfig { credentials: Some("bz:right".into()), ..MailServerConfig::default() };
    let post = Courier::with(config, |smtp, address, _| {
        smtp.url = format!("smtp://bz:wrong@{address}?tls=none").into();
    })
    .await;
    let id = post.write(ADDRESS);
    assert!(post.round_after(0).await.unreached);
    assert_eq!(post.state(id), (NoticeState::Waiting, Some("auth 535 5.7.8".to_owned())));
}

#[tokio::test]
async fn no_address_adds_a_line_or_a_recipient() {
    let post = Courier::new(MailServerConfig::default()).await;
    for hostile in [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a@example.com, b@example.com",
        "<a@example.com> b@example.com",
        "a@example.com\n",
    ] {
        let id = post.write(hostile);
        assert_eq!(post.round_after(0).await.failed, 1, "{hostile:?}");
        assert_eq!(post.state(id), (NoticeState::Failed, Some("address".to_owned())), "{hostile:?}");
    }
    assert_eq!(post.server.mails(), []);
    assert!(!post.server.verbs().iter().any(|verb| verb == "RCPT"));
}

#[tokio::test]
async fn without_a_mail_server_notices_wait_and_expire() {
    let post = Courier::without_server().await;
    let id = post.write(ADDRESS);
    assert_eq!(post.round_after(0).await, Round::default());
    assert_eq!(post.state(id).0, NoticeState::Waiting);
    assert_eq!(post.round_after(20 * 60).await.expired, 1);
}

#[tokio::test]
async fn a_server_that_does_not_want_this_service_fails_no_notice() {
    for (stage, refusal, codes) in [
        (Stage::Sender, "553 5.7.1 not your address", "553 5.7.1"),
        (Stage::Sender, "550 5.1.8 no such domain", "550 5.1.8"),
        (Stage::Recipient, "530 5.7.0 sign in first", "530 5.7.0"),
        (Stage::Data, "530 sign in first", "530"),
    ] {
        let post = Courier::new(MailServerConfig::default()).await;
        let ids = [post.write(ADDRESS), post.write("zhang@example.com")];
        post.server.fault(stage, MailFault::Answer(refusal));
        assert_eq!(post.round_after(0).await, Round { deferred: 2, unreached: true, ..Round::default() }, "{refusal}");
        assert!(ids.iter().all(|id| post.state(*id) == (NoticeState::Waiting, Some(codes.to_owned()))), "{refusal}");
        assert_eq!(post.round_after(30).await.sent, 2, "{refusal}");
    }
}

#[tokio::test]
async fn a_relay_that_is_denied_is_tried_again_and_a_message_that_is_refused_is_not() {
    let post = Courier::new(MailServerConfig::default()).await;
    post.write(ADDRESS);
    post.server.fault(Stage::Recipient, MailFault::Answer("554 5.7.1 relay access denied"));
    assert_eq!(post.round_after(0).await, Round { deferred: 1, ..Round::default() });
    post.server.fault(Stage::Message, MailFault::Answer("554 5.6.0 not like this"));
    assert_eq!(post.round_after(60).await.failed, 1);
}

#[tokio::test]
async fn a_notice_whose_time_runs_out_while_others_are_sent_is_not_sent_late() {
    let post = Courier::impatient().await;
    post.write_for(ADDRESS, TimeDelta::milliseconds(900));
    post.write_for("zhang@example.com", TimeDelta::milliseconds(900));
    post.server.fault(Stage::Recipient, MailFault::Silence);
    let round = post.round_after(0).await;
    assert_eq!((round.sent, round.expired), (0, 1), "{round:?}");
    assert_eq!(post.app.number("SELECT count(*) AS number FROM outbox WHERE state = 'expired'"), 2);
}

#[tokio::test]
async fn whoever_comes_back_after_the_claim_settles_nothing() {
    let post = Courier::impatient().await;
    let id = post.write(ADDRESS);
    post.server.fault(Stage::Recipient, MailFault::Silence);
    let late = async {
        let round = post.round_after(0).await;
        assert_eq!(round.deferred, 1);
    };
    let another = async {
        // The first has claimed it and waits for the server.
        while post.state(id).0 != NoticeState::Sending {
            tokio::task::yield_now().await;
        }
        post.app.execute(
            "UPDATE outbox SET claims = claims + 1, state = 'sent', settled_at = now(), content_sealed = NULL",
        );
    };
    tokio::join!(late, another);
    assert_eq!(post.state(id), (NoticeState::Sent, None));
}

#[tokio::test]
async fn what_went_is_written_down_although_the_database_fails_meanwhile() {
    let post = Courier::new(MailServerConfig::default()).await;
    let id = post.write(ADDRESS);
    for statement in [
        "CREATE SEQUENCE tries",
        "CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('tries') = 1 THEN RAISE 'no room' USING ERRCODE = '53100'; END IF;
             RETURN NEW; END $$",
        "CREATE TRIGGER fail_once BEFORE UPDATE ON outbox FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION fail_once()",
    ] {
        post.app.execute(statement);
    }
    assert_eq!(post.round_after(0).await.sent, 1);
    assert_eq!((post.state(id).0, post.server.mails().len()), (NoticeState::Sent, 1));
}

#[tokio::test]
async fn a_server_that_is_stopped_settles_what_it_sent_and_gives_the_rest_back() {
    let post = Courier::new(MailServerConfig::default()).await;
    for number in 0..5 {
        post.write(&format!("citizen-{number}@example.com"));
    }
    let stopped = post.app.service.postman();
    stopped.stop();
    let round = stopped.round(Channel::Mail, post.written_at).await.unwrap();
    assert_eq!(round, Round { sent: 1, ..Round::default() });
    let waiting =
        "SELECT count(*) AS number FROM outbox WHERE state = 'waiting' AND deferred = 0 AND last_answer IS NULL";
    assert_eq!(post.app.number(waiting), 4);
    assert_eq!(post.round_after(1).await.sent, 4);
    assert_eq!(post.server.mails().len(), 5);
}

#[tokio::test]
async fn notices_are_forgotten_three_months_after_they_are_over() {
    let post = Courier::new(MailServerConfig::default()).await;
    post.write(ADDRESS);
    post.round_after(0).await;
    post.round_after(89 * 24 * 3600).await;
    assert_eq!(post.app.count("outbox"), 1);
    post.round_after(91 * 24 * 3600).await;
    assert_eq!(post.app.count("outbox"), 0);
}
