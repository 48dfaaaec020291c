//! Examinations: the catalogue from which years, levels and specialties are suggested.
