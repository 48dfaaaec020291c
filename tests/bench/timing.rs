//! Durations and what is read from them.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Durations of one thing, shortest first.
pub(crate) struct Sample(Vec<Duration>);

impl Sample {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        Self(times)
    }

    /// The duration that `percent` of all do not exceed (nearest rank).
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1]
    }

    pub(crate) fn p50(&self) -> Duration {
        self.percentile(50)
    }

    pub(crate) fn p99(&self) -> Duration {
        self.percentile(99)
    }
}

/// How long `work` takes, and what it gives.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let result = work();
    (began.elapsed(), result)
}

/// One call of something that takes less than the clock can tell: the mean of each of 100 batches.
pub(crate) fn per_call<T>(batch: u32, mut work: impl FnMut() -> T) -> Sample {
    for _ in 0..batch {
        black_box(work());
    }
    let batches = (0..100).map(|_| {
        let (took, ()) = timed(|| {
            for _ in 0..batch {
                black_box(work());
            }
        });
        took / batch
    });
    Sample::new(batches.collect())
}

/// `a / b`.
pub(crate) fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

/// How often one of the first takes longer than one of the second (Mann and Whitney's U over the number of pairs): 0.5 where the two are alike.
pub(crate) struct Auc {
    value: f64,
    /// Of the value, where the two are alike.
    deviation: f64,
}

impl Auc {
    #[allow(clippy::cast_precision_loss)] // counts of a benchmark
    pub(crate) fn of(first: &[Duration], second: &[Duration]) -> Self {
        let mut sorted = second.to_vec();
        sorted.sort_unstable();
        let wins = |one: &Duration| {
            let (shorter, not_longer) =
                (sorted.partition_point(|other| other < one), sorted.partition_point(|other| other <= one));
            (shorter + not_longer) as f64 / 2.0
        };
        let (m, n) = (first.len() as f64, second.len() as f64);
        let value = first.iter().map(wins).sum::<f64>() / (m * n);
        Self { value, deviation: ((m + n + 1.0) / (12.0 * m * n)).sqrt() }
    }

    /// Whether chance alone leads here less than three times in a thousand.
    pub(crate) fn tells(&self) -> bool {
        (self.value - 0.5).abs() > 3.0 * self.deviation
    }
}

impl fmt::Display for Auc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AUC {:.3} (by chance 0.5 ± {:.3})", self.value, 3.0 * self.deviation)
    }
}
