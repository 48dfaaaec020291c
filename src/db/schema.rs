//! The tables, as diesel sees them. `tests/schema.rs` compares them with the migrated database.

#![allow(missing_docs, clippy::wildcard_imports)]

diesel::table! {
    import_batches (name) {
        name -> Text,
        started_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        report -> Nullable<Jsonb>,
        rolled_back_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    import_sources (batch, place) {
        batch -> Text,
        place -> Integer,
        source_digest -> Bytea,
        rows_done -> BigInt,
        inserted -> BigInt,
        updated -> BigInt,
        unchanged -> BigInt,
    }
}

diesel::table! {
    legacy_former_rows (id) {
        id -> BigInt,
        batch -> Text,
        kind -> Text,
        system -> Text,
        key -> Text,
        former -> Jsonb,
        replaced_at -> Timestamptz,
    }
}

diesel::table! {
    exams (code) {
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    exam_combinations (exam_code, year, level, specialty) {
        exam_code -> Text,
        name -> Text,
        year -> Integer,
        level -> Text,
        specialty -> Text,
        batch -> Text,
    }
}

diesel::table! {
    legacy_accounts (id) {
        id -> Uuid,
        system -> Text,
        key -> Text,
        number_lookup -> Nullable<Bytea>,
        number_sealed -> Bytea,
        name_sealed -> Bytea,
        email_sealed -> Bytea,
        registered_at -> Text,
        password_scheme -> Nullable<Text>,
        password_sealed -> Nullable<Bytea>,
        password_wrapped -> Nullable<Text>,
        content_digest -> Bytea,
        raw_sealed -> Bytea,
        batch -> Nullable<Text>,
        imported_at -> Timestamptz,
        password_salt_sealed -> Nullable<Bytea>,
    }
}

diesel::table! {
    legacy_certificates (id) {
        id -> Uuid,
        system -> Text,
        key -> Text,
        exam_code -> Text,
        exam_name -> Text,
        year -> Text,
        level -> Text,
        specialty -> Text,
        number_lookup -> Nullable<Bytea>,
        number_sealed -> Bytea,
        name_sealed -> Bytea,
        certificate_number -> Text,
        approval_date -> Text,
        city -> Text,
        status -> Text,
        content_digest -> Bytea,
        raw_sealed -> Bytea,
        batch -> Text,
        imported_at -> Timestamptz,
    }
}

diesel::table! {
    legacy_applications (id) {
        id -> Uuid,
        system -> Text,
        key -> Text,
        account_key -> Nullable<Text>,
        exam_code -> Text,
        exam_name -> Text,
        year -> Text,
        level -> Text,
        specialty -> Text,
        number_lookup -> Nullable<Bytea>,
        number_sealed -> Bytea,
        name_sealed -> Bytea,
        certificate_number -> Text,
        approval_date -> Text,
        city -> Text,
        contact_sealed -> Bytea,
        status -> Text,
        feedback -> Text,
        submitted_at -> Text,
        content_digest -> Bytea,
        raw_sealed -> Bytea,
        batch -> Text,
        imported_at -> Timestamptz,
    }
}

diesel::table! {
    legacy_photos (system, application_key) {
        system -> Text,
        application_key -> Text,
        photo_sealed -> Bytea,
        content_digest -> Bytea,
        batch -> Text,
        imported_at -> Timestamptz,
    }
}

diesel::table! {
    persons (id) {
        id -> Uuid,
        created_at -> Timestamptz,
        welcomed_at -> Nullable<Timestamptz>,
        door -> Text,
    }
}

diesel::table! {
    identities (id) {
        id -> Uuid,
        person_id -> Uuid,
        issuer -> Text,
        subject -> Text,
        document_type -> Nullable<Text>,
        number_sealed -> Bytea,
        name_sealed -> Bytea,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        door -> Text,
    }
}

diesel::table! {
    identity_changes (id) {
        id -> BigInt,
        identity_id -> Uuid,
        seen_at -> Timestamptz,
        changed -> Text,
        before_sealed -> Bytea,
        after_sealed -> Bytea,
    }
}

diesel::table! {
    portal_numbers (number_lookup) {
        number_lookup -> Bytea,
        person_id -> Uuid,
        door -> Text,
    }
}

diesel::table! {
    aliases (id) {
        id -> Uuid,
        person_id -> Uuid,
        number_lookup -> Bytea,
        pair_lookup -> Bytea,
        document_type -> Nullable<Text>,
        number_sealed -> Bytea,
        name_sealed -> Bytea,
        origin -> Text,
        created_at -> Timestamptz,
        link_id -> Nullable<Uuid>,
        task_id -> Nullable<Uuid>,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Text>,
        ended_reason -> Nullable<Text>,
        door -> Text,
    }
}

diesel::table! {
    links (id) {
        id -> Uuid,
        person_id -> Uuid,
        account_id -> Uuid,
        rule -> Text,
        evidence_sealed -> Bytea,
        actor -> Text,
        linked_at -> Timestamptz,
        frozen_at -> Nullable<Timestamptz>,
        undone_at -> Nullable<Timestamptz>,
        undone_by -> Nullable<Text>,
        undone_reason -> Nullable<Text>,
        via_alias_id -> Nullable<Uuid>,
        frozen_with -> Nullable<Uuid>,
        barred -> Bool,
        door -> Text,
    }
}

diesel::table! {
    open_findings (person_id, account_id) {
        person_id -> Uuid,
        account_id -> Uuid,
        list -> Text,
        rule -> Text,
        found_at -> Timestamptz,
    }
}

diesel::table! {
    review_tasks (id) {
        id -> Uuid,
        number -> BigInt,
        kind -> Text,
        status -> Text,
        person_id -> Nullable<Uuid>,
        account_id -> Nullable<Uuid>,
        issuer -> Nullable<Text>,
        subject -> Nullable<Text>,
        evidence_sealed -> Bytea,
        created_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Text>,
        reason -> Nullable<Text>,
        system -> Nullable<Text>,
        request_lookup -> Nullable<Bytea>,
        legacy_application_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    review_task_files (task_id, place) {
        task_id -> Uuid,
        media_type -> Text,
        file_sealed -> Bytea,
        place -> Integer,
        content_digest -> Nullable<Bytea>,
    }
}

diesel::table! {
    sign_in_decisions (id) {
        id -> BigInt,
        decided_at -> Timestamptz,
        issuer -> Text,
        subject -> Text,
        person_id -> Nullable<Uuid>,
        decision -> Text,
        rule -> Text,
        reason -> Text,
        accounts -> Jsonb,
    }
}

diesel::table! {
    photos (id) {
        id -> Uuid,
        person_id -> Uuid,
        photo_sealed -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    applications (id) {
        id -> Uuid,
        person_id -> Uuid,
        reference -> Text,
        submission_token -> Nullable<Uuid>,
        certificate_id -> Nullable<Uuid>,
        legacy_application_id -> Nullable<Uuid>,
        same_lookup -> Bytea,
        status -> Text,
        feedback -> Text,
        exam_code -> Text,
        exam_name -> Text,
        year -> Text,
        certificate_number -> Text,
        version -> Integer,
        submitted_at -> Timestamptz,
        updated_at -> Timestamptz,
        detached_at -> Nullable<Timestamptz>,
        followed_link_id -> Nullable<Uuid>,
        followed_from -> Nullable<Uuid>,
        followed_version -> Nullable<Integer>,
    }
}

diesel::table! {
    application_versions (application_id, version) {
        application_id -> Uuid,
        version -> Integer,
        form_sealed -> Bytea,
        photo_id -> Nullable<Uuid>,
        submitted_at -> Timestamptz,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        attempts -> Integer,
        run_after -> Timestamptz,
        created_at -> Timestamptz,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    audit_events (seq) {
        seq -> BigInt,
        at -> Timestamptz,
        event -> Text,
        actor -> Text,
        person_id -> Nullable<Uuid>,
        account_id -> Nullable<Uuid>,
        link_id -> Nullable<Uuid>,
        task_id -> Nullable<Uuid>,
        application_id -> Nullable<Uuid>,
        details -> Jsonb,
        previous_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    audit_head (one) {
        one -> Bool,
        seq -> BigInt,
        hash -> Bytea,
        seal -> Bytea,
    }
}

diesel::table! {
    key_checks (key_id) {
        key_id -> Text,
        check_sealed -> Nullable<Bytea>,
        check_lookup -> Nullable<Bytea>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    outbox (id) {
        id -> Uuid,
        channel -> Text,
        kind -> Text,
        state -> Text,
        person_id -> Nullable<Uuid>,
        recipient_sealed -> Bytea,
        content_sealed -> Nullable<Bytea>,
        created_at -> Timestamptz,
        due_at -> Timestamptz,
        expires_at -> Timestamptz,
        deferred -> Integer,
        claims -> Integer,
        last_answer -> Nullable<Text>,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_credentials (account_id) {
        account_id -> Uuid,
        password_wrapped -> Nullable<Text>,
        password_is_proof -> Bool,
        password_set_at -> Nullable<Timestamptz>,
        email_sealed -> Nullable<Bytea>,
        email_confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    staff (id) {
        id -> Uuid,
        user_name -> Text,
        password_wrapped -> Nullable<Text>,
        otp_secret_sealed -> Nullable<Bytea>,
        otp_algorithm -> Nullable<Text>,
        otp_last_step -> BigInt,
        own_number_sealed -> Nullable<Bytea>,
        created_at -> Timestamptz,
        enrolled_at -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        sessions_ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    staff_roles (staff_id, role, city) {
        staff_id -> Uuid,
        role -> Text,
        city -> Text,
    }
}

diesel::table! {
    staff_enrolments (token_digest) {
        token_digest -> Bytea,
        staff_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        issued_by -> Text,
        reason -> Text,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    staff_recovery_codes (staff_id, code_lookup) {
        staff_id -> Uuid,
        code_lookup -> Bytea,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    review_cases (id) {
        id -> Uuid,
        status -> Text,
        level -> Text,
        version -> Integer,
        application_version -> Integer,
        exam_code -> Text,
        exam_name -> Text,
        year -> Text,
        city -> Text,
        reference -> Text,
        needs_photo -> Bool,
        round -> Integer,
        entered_at -> Timestamptz,
        due_on -> Date,
        holder_id -> Nullable<Uuid>,
        lease_until -> Nullable<Timestamptz>,
        held_until -> Nullable<Date>,
        held_by -> Nullable<Uuid>,
        recommended_by -> Nullable<Uuid>,
        recommends_approval -> Nullable<Bool>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    review_acts (id) {
        id -> Uuid,
        case_id -> Uuid,
        at -> Timestamptz,
        act -> Text,
        level -> Text,
        staff_id -> Nullable<Uuid>,
        application_version -> Integer,
        version -> Integer,
        reasons -> Jsonb,
        comment_sealed -> Nullable<Bytea>,
    }
}

diesel::table! {
    review_reasons (code, version) {
        code -> Text,
        version -> Integer,
        field -> Nullable<Text>,
        correctable -> Bool,
        for_staff -> Text,
        for_citizen -> Text,
        created_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        retired -> Bool,
    }
}

diesel::joinable!(exam_combinations -> exams (exam_code));
diesel::joinable!(import_sources -> import_batches (batch));
diesel::joinable!(staff_enrolments -> staff (staff_id));
diesel::joinable!(staff_roles -> staff (staff_id));

diesel::allow_tables_to_appear_in_same_query!(
    account_credentials,
    aliases,
    application_versions,
    applications,
    audit_events,
    audit_head,
    exam_combinations,
    exams,
    identities,
    identity_changes,
    import_batches,
    import_sources,
    jobs,
    key_checks,
    legacy_accounts,
    legacy_applications,
    legacy_certificates,
    legacy_former_rows,
    legacy_photos,
    links,
    open_findings,
    outbox,
    persons,
    photos,
    portal_numbers,
    review_acts,
    review_cases,
    review_reasons,
    review_task_files,
    review_tasks,
    sign_in_decisions,
    staff,
    staff_enrolments,
    staff_recovery_codes,
    staff_roles,
);
