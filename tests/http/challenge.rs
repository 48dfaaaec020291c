//! Challenges: used up by their first answer, and of no use to another session, another form, or later.

use buzheng::app::challenges::{Asked, ChallengedForm};
use buzheng::app::{App, AppError};
use buzheng::domain::challenge::Challenge;
use chrono::Utc;
use std::sync::Arc;

use crate::support::TestApp;

const SESSION: &str = "session:0123456789abcdef";
const LOGIN: Asked<'static> = Asked { session: SESSION, form: ChallengedForm::Login };

fn work(challenge: &Challenge) -> String {
    format!("w:{}", challenge.work().solve())
}

async fn meets(service: &Arc<App>, asked: Asked<'_>, id: &str, answer: &str) -> bool {
    service.meet_challenge(asked, id, answer).await.unwrap()
}

#[tokio::test]
async fn a_right_answer_counts_once() {
    let app = TestApp::new().await;
    let (id, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
    assert!(meets(&app.service, LOGIN, &id, &work(&challenge)).await);
    assert!(!meets(&app.service, LOGIN, &id, &work(&challenge)).await, "used up");
}

#[tokio::test]
async fn a_wrong_or_missing_answer_uses_the_challenge_up() {
    let app = TestApp::new().await;
    for wrong in ["", "not a number", "w:0.0.0.0.0.0.0.0"] {
        let (id, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
        assert!(!meets(&app.service, LOGIN, &id, wrong).await, "{wrong}");
        assert!(!meets(&app.service, LOGIN, &id, &work(&challenge)).await, "{wrong}");
        assert!(matches!(app.service.challenge(LOGIN, &id).await, Err(AppError::NotFound)));
    }
}

#[tokio::test]
async fn a_challenge_belongs_to_its_session_and_its_form() {
    let app = TestApp::new().await;
    let (id, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
    for foreign in
        [Asked { session: "session:fedcba9876543210", ..LOGIN }, Asked { form: ChallengedForm::Register, ..LOGIN }]
    {
        assert!(matches!(app.service.challenge(foreign, &id).await, Err(AppError::NotFound)), "{foreign:?}");
        assert!(!meets(&app.service, foreign, &id, &work(&challenge)).await, "{foreign:?}");
    }
    // Whoever tried it elsewhere has not used it up.
    assert!(meets(&app.service, LOGIN, &id, &work(&challenge)).await);
}

#[tokio::test]
async fn of_many_answers_at_once_one_counts() {
    let app = TestApp::new().await;
    let (id, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
    let answer = work(&challenge);
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (service, id, answer) = (app.service.clone(), id.clone(), answer.clone());
            tokio::spawn(async move { meets(&service, LOGIN, &id, &answer).await })
        })
        .collect();
    let mut counted = 0;
    for one in tries {
        counted += usize::from(one.await.unwrap());
    }
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn it_lives_two_minutes_sealed_and_is_looked_at_as_often_as_one_likes() {
    let app = TestApp::new().await;
    let (id, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(app.service.challenge(LOGIN, &id).await.unwrap(), challenge);
    }
    let key = app.redis.keys("challenge:").remove(0);
    let left = app.redis.life(&key);
    assert!((110_000..=120_000).contains(&left), "{left} ms");
    let kept = app.redis.get(&key).unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains(challenge.work().salt()));
}

#[tokio::test]
async fn an_id_that_is_not_exactly_the_one_drawn_reaches_no_challenge() {
    let app = TestApp::new().await;
    let (id, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
    let (answer, long) = (work(&challenge), "A".repeat(10_000));
    let near = [format!("{id}\n"), format!(" {id}"), id.to_lowercase(), id[1..].to_owned(), format!("{id}:{id}")];
    for other in near.iter().map(String::as_str).chain(["", "*", "a:b", "\r\nDEL x", "../session", "\u{0}", &long]) {
        assert!(!meets(&app.service, LOGIN, other, &answer).await, "{other:?}");
    }
    assert!(meets(&app.service, LOGIN, &id, &answer).await, "and none of them has used it up");
}

/// In `target/challenges/`, to be looked at and listened to.
#[tokio::test]
async fn each_picture_and_recording_is_another_one() {
    let app = TestApp::new().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/challenges");
    std::fs::create_dir_all(&folder).unwrap();
    let mut seen = std::collections::HashSet::new();
    for number in 0..8 {
        let (_, challenge) = app.service.draw_challenge(LOGIN, Utc::now()).await.unwrap();
        for (kind, file) in [("png", challenge.picture()), ("wav", challenge.recording())] {
            std::fs::write(folder.join(format!("{number}.{kind}")), &file).unwrap();
            assert!(seen.insert(file), "{kind} {number}");
        }
    }
}
