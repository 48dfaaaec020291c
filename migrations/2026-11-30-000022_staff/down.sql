DROP TABLE staff_recovery_codes;
DROP TABLE staff_enrolments;
DROP TABLE staff_roles;
DROP TABLE staff;
