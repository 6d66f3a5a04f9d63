//! What was measured, as a table and as JSON.

use serde_json::{Value, json};

use crate::Failure;
use crate::patience::PATIENCE;
use crate::victim::Face;

/// What the checks have measured so far.
#[derive(Debug, Default)]
pub struct Figures {
    rows: Vec<Row>,
    series: Vec<Value>,
    check: &'static str,
    face: &'static str,
}

#[derive(Debug)]
struct Row {
    check: &'static str,
    face: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    bound: Bound,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    None,
    AtMost(f64),
    AtLeast(f64),
}

impl Figures {
    /// What follows is of this check.
    pub fn begin(&mut self, check: &'static str, face: Face) {
        self.check = check;
        self.face = face.name();
    }

    /// A figure that may be anything.
    pub fn note(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.push(name.into(), value, unit, Bound::None);
    }

    /// A figure that fails the check when it is higher.
    pub fn at_most(&mut self, name: impl Into<String>, value: f64, bound: f64, unit: &'static str) {
        self.push(name.into(), value, unit, Bound::AtMost(bound));
    }

    /// A figure that fails the check when it is lower.
    pub fn at_least(
        &mut self,
        name: impl Into<String>,
        value: f64,
        bound: f64,
        unit: &'static str,
    ) {
        self.push(name.into(), value, unit, Bound::AtLeast(bound));
    }

    /// Seconds, of which [`PATIENCE`] is the bound: how fast it is depends on the machine.
    pub fn took(&mut self, name: impl Into<String>, seconds: f64) {
        self.at_most(name, seconds, PATIENCE.as_secs_f64(), "s");
    }

    /// A check that did not come to its end.
    pub fn broke(&mut self, failure: &Failure) {
        let name = format!("FAILED: {failure}");
        self.push(name, 1.0, "", Bound::AtMost(0.0));
    }

    /// What was measured again and again; in JSON only.
    pub fn series(&mut self, name: &str, values: &[f64]) {
        let (check, face) = (self.check, self.face);
        let series = json!({"check": check, "face": face, "series": name, "values": values});
        self.series.push(series);
    }

    /// The lines of what is out of bounds.
    pub fn failures(&self) -> Vec<String> {
        let failed = self.rows.iter().filter(|row| !row.is_kept());
        failed.map(Row::line).collect()
    }

    /// The figures as JSON.
    pub fn to_json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let (at_most, at_least) = match row.bound {
                Bound::None => (None, None),
                Bound::AtMost(bound) => (Some(bound), None),
                Bound::AtLeast(bound) => (None, Some(bound)),
            };
            json!({
                "check": row.check, "face": row.face, "figure": row.name, "value": row.value, "unit": row.unit,
                "at_most": at_most, "at_least": at_least, "kept": row.is_kept(),
            })
        });
        let rows: Value = rows.collect();
        json!({"figures": rows, "series": self.series})
    }

    fn push(&mut self, name: String, value: f64, unit: &'static str, bound: Bound) {
        let row = Row {
            check: self.check,
            face: self.face,
            name,
            value,
            unit,
            bound,
        };
        println!("{}", row.line());
        self.rows.push(row);
    }
}

impl Row {
    fn is_kept(&self) -> bool {
        match self.bound {
            Bound::None => true,
            Bound::AtMost(bound) => self.value <= bound,
            Bound::AtLeast(bound) => self.value >= bound,
        }
    }

    /// As a row of a Markdown table.
    fn line(&self) -> String {
        let bound = match self.bound {
            Bound::None => String::new(),
            Bound::AtMost(bound) => format!("≤ {}", number(bound)),
            Bound::AtLeast(bound) => format!("≥ {}", number(bound)),
        };
        let Self {
            check,
            face,
            name,
            unit,
            ..
        } = self;
        let mark = if self.is_kept() { "" } else { " **FAILED**" };
        let value = number(self.value);
        format!("| {check} | {face} | {name} | {value} {unit} | {bound}{mark} |")
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() < 0.1 {
        format!("{value:.4}")
    } else {
        format!("{value:.2}")
    }
}
