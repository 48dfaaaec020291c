#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn otp(digest: OtpDigest, secret: &[u8]) -> Otp {
    Otp { digest, secret: secret.to_vec() }
}

/// RFC 6238, appendix B: seconds, and the eight digits under SHA-1 and SHA-256.
const VECTORS: [(i64, &str, &str); 6] = [
    (59, "94287082", "46119246"),
    (1_111_111_109, "07081804", "68084774"),
    (1_111_111_111, "14050471", "67062674"),
    (1_234_567_890, "89005924", "91819424"),
    (2_000_000_000, "69279037", "90698825"),
    (20_000_000_000, "65353130", "77737706"),
];

#[test]
fn codes_are_those_of_the_rfc() {
    let sha1 = otp(OtpDigest::Sha1, b"12345678901234567890");
    let sha256 = otp(OtpDigest::Sha256, b"12345678901234567890123456789012");
    for (seconds, by_sha1, by_sha256) in VECTORS {
        assert_eq!(sha1.digits(seconds / STEP, 8), by_sha1);
        assert_eq!(sha256.digits(seconds / STEP, 8), by_sha256);
        assert_eq!(sha1.code(seconds / STEP), by_sha1[2..]);
    }
}

/// Made with `openssl mac -digest SM3 -macopt hexkey:… HMAC` over the eight bytes of the step.
#[test]
fn codes_by_sm3_are_those_of_another_program() {
    let sm3 = otp(OtpDigest::Sm3, b"12345678901234567890123456789012");
    for (seconds, code) in SM3 {
        assert_eq!(sm3.digits(seconds / STEP, 8), code, "{seconds}");
    }
}

const SM3: [(i64, &str); 3] = [(59, "70252643"), (1_111_111_109, "03087309"), (2_000_000_000, "78318009")];

#[test]
fn the_code_before_and_the_one_after_are_taken_and_no_other() {
    let otp = otp(OtpDigest::Sha1, b"12345678901234567890");
    let now = 1_111_111_111;
    let step = now / STEP;
    for (typed, accepted) in
        [(step - 2, None), (step - 1, Some(step - 1)), (step, Some(step)), (step + 1, Some(step + 1)), (step + 2, None)]
    {
        assert_eq!(otp.accepts(&otp.code(typed), now), accepted);
    }
    let code = otp.code(step);
    assert_eq!(otp.accepts(&format!(" {} {} ", &code[..3], &code[3..]), now), Some(step));
    for odd in ["", "12345", "1234567", "１２３４５６", "abcdef", "\0", &code[..5], &"9".repeat(10_000)] {
        assert_eq!(otp.accepts(odd, now), None, "{odd:?}");
    }
    assert_eq!(otp.accepts(&code, -1), None, "before 1970");
}

#[test]
fn an_app_reads_the_address() {
    let otp = otp(OtpDigest::Sha256, b"Hello!");
    assert_eq!(
        otp.uri("补证 审核", "li"),
        "otpauth://totp/%E8%A1%A5%E8%AF%81%20%E5%AE%A1%E6%A0%B8:li?secret=JBSWY3DPEE&issuer=%E8%A1%A5%E8%AF%81%20%E5%AE%A1%E6%A0%B8&algorithm=SHA256&digits=6&period=30"
    );
}

#[test]
fn base32_is_that_of_the_rfc() {
    // RFC 4648 §10, without padding.
    for (plain, text) in [
        ("", ""),
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        assert_eq!(base32(plain.as_bytes()), text);
        assert_eq!(from_base32(text).unwrap(), plain.as_bytes());
    }
    for bad in ["1", "a", "MY======", "M Y"] {
        assert_eq!(from_base32(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn base32_goes_there_and_back(bytes: Vec<u8>) {
        prop_assert_eq!(from_base32(&base32(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn whatever_is_typed_is_a_refusal_or_a_step_near_now(typed: String, now in 0_i64..4_000_000_000) {
        let otp = otp(OtpDigest::Sha1, b"12345678901234567890");
        if let Some(step) = otp.accepts(&typed, now) {
            prop_assert!((step - now / STEP).abs() <= 1);
        }
    }
}
