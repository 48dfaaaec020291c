//! What a form must hold, field by field, with the message for each failure.
