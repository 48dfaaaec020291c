-- 审核: what waits for staff, who has it in hand, and what became of it. The application's own row holds what its owner sees.

CREATE TABLE review_cases (
    -- The application's, and so its page's address.
    id                    uuid PRIMARY KEY REFERENCES applications,
    -- As the application's: what waits is found without it.
    status                text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    level                 text NOT NULL CHECK (level IN ('city', 'province')),
    -- Counts what staff or the owner did: whoever acts names what they looked at.
    version               integer NOT NULL DEFAULT 1,
    -- Of the application: which of its versions this is about.
    application_version   integer NOT NULL,
    -- What is listed and filtered by. The city is the one that examines; empty: none does.
    exam_code             text NOT NULL,
    exam_name             text NOT NULL,
    year                  text NOT NULL,
    city                  text NOT NULL DEFAULT '',
    reference             text NOT NULL,
    needs_photo           boolean NOT NULL,
    -- How often it came in.
    round                 integer NOT NULL DEFAULT 1,
    entered_at            timestamptz NOT NULL,
    due_on                date NOT NULL,
    -- Who has it in hand, and until when.
    holder_id             uuid REFERENCES staff,
    lease_until           timestamptz,
    -- 挂起.
    held_until            date,
    held_by               uuid REFERENCES staff,
    -- What the city recommends, while the province decides and afterwards.
    recommended_by        uuid REFERENCES staff,
    recommends_approval   boolean,
    decided_by            uuid REFERENCES staff,
    decided_at            timestamptz,
    CHECK ((holder_id IS NULL) = (lease_until IS NULL)),
    CHECK ((held_until IS NULL) = (held_by IS NULL)),
    CHECK ((recommended_by IS NULL) = (recommends_approval IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((decided_by IS NULL) = (status = 'pending')),
    -- Whoever recommends does not decide.
    CONSTRAINT review_cases_two_people CHECK (decided_by <> recommended_by)
);
-- The queue, in order; of a city, of the province, and what somebody has in hand.
CREATE INDEX review_cases_queue ON review_cases (level, city, due_on, id) WHERE status = 'pending';
CREATE INDEX review_cases_level ON review_cases (level, due_on, id) WHERE status = 'pending';
CREATE INDEX review_cases_holder ON review_cases (holder_id, due_on, id) WHERE status = 'pending' AND holder_id IS NOT NULL;
-- What waits and may have no case yet.
CREATE INDEX applications_pending ON applications (id) WHERE status = 'pending';
-- What was decided, newest first.
CREATE INDEX review_cases_decided ON review_cases (decided_at DESC, id) WHERE status <> 'pending';

-- What was done with a case: rows are added and never changed.
CREATE TABLE review_acts (
    id                  uuid PRIMARY KEY,
    case_id             uuid NOT NULL REFERENCES review_cases,
    at                  timestamptz NOT NULL,
    act                 text NOT NULL,
    level               text NOT NULL CHECK (level IN ('city', 'province')),
    -- NULL: its owner's, or the service's.
    staff_id            uuid REFERENCES staff,
    application_version integer NOT NULL,
    -- Of the case, afterwards.
    version             integer NOT NULL,
    -- The reasons as they were then.
    reasons             jsonb NOT NULL DEFAULT '[]',
    -- For staff alone.
    comment_sealed      bytea
);
CREATE INDEX review_acts_case ON review_acts (case_id, id);

-- Reasons for a refusal. A changed one is a further version.
CREATE TABLE review_reasons (
    code        text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
    version     integer NOT NULL CHECK (version >= 1),
    -- The field of the form that it is about.
    field       text,
    correctable boolean NOT NULL,
    for_staff   text NOT NULL,
    for_citizen text NOT NULL,
    created_at  timestamptz NOT NULL,
    -- NULL: came with the service.
    created_by  uuid REFERENCES staff,
    -- Not offered any more.
    retired     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (code, version)
);
INSERT INTO review_reasons (code, version, field, correctable, for_staff, for_citizen, created_at) VALUES
    ('name_differs', 1, 'name', false, '姓名与登记证书不一致', '姓名与登记的证书不一致。如曾更名，请通过“找回原账户”提交人工核实。', now()),
    ('number_differs', 1, 'document_number', false, '证件号码与登记证书不一致', '证件号码与登记的证书不一致。如证件号码有变更，请通过“找回原账户”提交人工核实。', now()),
    ('no_such_certificate', 1, 'certificate_number', false, '查无此证书', '未查到您填写的证书。请核对考试、年度和证书管理号；仍有疑问的，请与当地考试机构联系。', now()),
    ('certificate_number_wrong', 1, 'certificate_number', true, '证书管理号有误', '证书管理号有误，请核对后重新填写；不清楚的可填“无”。', now()),
    ('approval_date_wrong', 1, 'approval_date', true, '批准日期有误', '批准日期有误，请按证书上的批准日期填写。', now()),
    ('year_wrong', 1, 'year', true, '考试年度有误', '考试年度有误，请核对后重新填写。', now()),
    ('level_wrong', 1, 'level', true, '级别有误', '级别有误，请按证书上的级别填写。', now()),
    ('specialty_wrong', 1, 'specialty', true, '专业有误', '专业有误，请按证书上的专业填写。', now()),
    ('city_wrong', 1, 'city', true, '报名市有误', '报名市有误，请填写报名参加考试的城市。', now()),
    ('contact_unreachable', 1, 'contact', true, '联系方式无法联系', '按您填写的联系方式无法联系到您，请填写有效的手机号码。', now()),
    ('photo_not_the_person', 1, 'photo', true, '照片与本人不符', '照片与证件上的本人不符，请上传本人近期照片。', now()),
    ('photo_background', 1, 'photo', true, '照片背景不是白色', '照片背景不是白色，请上传白色背景的照片。', now()),
    ('photo_unclear', 1, 'photo', true, '照片不清晰', '照片不清晰或有遮挡，请上传正面免冠、清晰的照片。', now()),
    ('photo_edited', 1, 'photo', true, '照片经过修饰或翻拍', '照片经过修饰或翻拍，请上传原始照片。', now()),
    ('already_reissued', 1, NULL, false, '该证书已补发', '该证书已经补发过。如仍需补发，请与当地考试机构联系。', now()),
    ('electronic_only', 1, NULL, false, '该证书为电子证书', '该证书已实行电子证书，请下载电子证书使用，不再补发纸质证书。', now()),
    ('other', 1, NULL, true, '其他（见审核意见）', '申请信息不完整或不准确，请核对全部内容后重新提交；有疑问的，请与当地考试机构联系。', now());
