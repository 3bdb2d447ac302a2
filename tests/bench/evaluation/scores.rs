//! Measures compared: what each finds, and how much more than the first.

use crate::figure::{Figure, ratio};
use crate::list_quality::{mean, worst};

/// What the lists of one audience found, at one number of followers read.
#[derive(Clone)]
pub(crate) struct Case {
    /// Its place among [`LOOKS`].
    pub look: usize,
    /// By measure and notion: the precision of the first ten.
    pub found: Vec<Vec<f64>>,
    /// By measure.
    pub requests: Vec<u64>,
}

/// The columns, by how many were read.
pub(crate) const LOOKS: [&str; 6] = ["100", "200", "400", "800", "2,000", "all"];

/// The fewest audiences for a cell.
const LEAST: usize = 20;

/// How many standard errors a difference must exceed to be more than chance.
const BY_CHANCE: f64 = 2.0;

pub(crate) struct Scores {
    measures: Vec<&'static str>,
    notions: Vec<&'static str>,
    /// By measure, notion and column: how much more it finds than the first, in each kind of world.
    differences: Vec<Vec<[Vec<Figure>; LOOKS.len()]>>,
}

impl Scores {
    pub(crate) fn new(measures: Vec<&'static str>, notions: Vec<&'static str>) -> Self {
        println!(
            "Measures: of the first ten those that are alike, in %, and what that is more than {}, with standard\nerrors over audiences; + and - are more than chance by two of them",
            measures[0]
        );
        Self {
            differences: vec![vec![Default::default(); notions.len()]; measures.len()],
            measures,
            notions,
        }
    }

    /// Prints one kind of world.
    pub(crate) fn print(&mut self, kind: &str, cases: &[Case]) {
        let at = |look: usize| -> Vec<&Case> {
            let of_look: Vec<&Case> = cases.iter().filter(|case| case.look == look).collect();
            if of_look.len() < LEAST {
                Vec::new()
            } else {
                of_look
            }
        };
        let columns: Vec<Vec<&Case>> = (0..LOOKS.len()).map(at).collect();
        for notion in 0..self.notions.len() {
            let name = format!("{kind}, {}", self.notions[notion]);
            self.print_heading(&name, &columns);
            for measure in 0..self.measures.len() {
                print!("{:<15}", self.measures[measure]);
                for (look, cases) in columns.iter().enumerate() {
                    let found = |measure: usize| {
                        let found = cases.iter().map(move |case| case.found[measure][notion]);
                        found.collect::<Vec<f64>>()
                    };
                    let (ours, first) = (found(measure), found(0));
                    let more = ours.iter().zip(&first).map(|(one, other)| one - other);
                    let Some((value, more)) = figure(ours.iter().copied()).zip(figure(more)) else {
                        print!("{:>22}", "");
                        continue;
                    };
                    print!("{:>22}", cell(value, (measure > 0).then_some(more)));
                    self.differences[measure][notion][look].push(more);
                }
                println!();
            }
        }
        println!("\n{kind}: requests");
        for (measure, name) in self.measures.iter().enumerate() {
            print!("{name:<15}");
            for cases in &columns {
                let requests = figure(cases.iter().map(|case| case.requests[measure] as f64));
                let requests = requests.map(|figure| format!("{:.0}", figure.value));
                print!("{:>22}", requests.unwrap_or_default());
            }
            println!();
        }
    }

    fn print_heading(&self, name: &str, columns: &[Vec<&Case>]) {
        println!("\n{name}");
        print!("{:<15}", "read");
        for (look, cases) in LOOKS.iter().zip(columns) {
            print!("{:>22}", format!("{look} ({})", cases.len()));
        }
        println!();
    }

    /// Prints all kinds of worlds together.
    pub(crate) fn print_sums(&self) {
        println!(
            "\nAll kinds: the mean of what it is more than {}, how often it wins and loses by more than chance, and the worst",
            self.measures[0]
        );
        for (notion, name) in self.notions.iter().enumerate() {
            println!("\n{name}");
            print!("{:<15}", "read");
            LOOKS.iter().for_each(|look| print!("{look:>22}"));
            println!();
            for (measure, name) in self.measures.iter().enumerate().skip(1) {
                print!("{name:<15}");
                for differences in &self.differences[measure][notion] {
                    print!("{:>22}", sum(differences));
                }
                println!();
            }
        }
    }
}

fn sum(differences: &[Figure]) -> String {
    if differences.is_empty() {
        return String::new();
    }
    let count = |sign: char| {
        let marks = differences.iter().map(|figure| mark(*figure));
        marks.filter(|mark| *mark == sign).count()
    };
    let values = || differences.iter().map(|figure| 100.0 * figure.value);
    let (mean, worst) = (mean(values()), worst(values()));
    format!("{mean:+.1} {}+ {}- {worst:+.1}", count('+'), count('-'))
}

fn figure(values: impl Iterator<Item = f64>) -> Option<Figure> {
    ratio(values.map(|value| (value, 1.0)))
}

fn mark(difference: Figure) -> char {
    let by_chance = BY_CHANCE * difference.error;
    match difference.value {
        value if value > by_chance => '+',
        value if value < -by_chance => '-',
        _ => ' ',
    }
}

fn cell(value: Figure, more: Option<Figure>) -> String {
    let in_percent = |figure: Figure| (100.0 * figure.value, 100.0 * figure.error);
    let (found, error) = in_percent(value);
    let more = more.map_or_else(String::new, |more| {
        let (value, error) = in_percent(more);
        format!(" {value:+.1}±{error:.1}{}", mark(more))
    });
    format!("{found:.0}±{error:.0}{more}")
}
