//! The rules of the format that no single row can break alone, and the public face of all findings.

mod example;
mod fields;
mod operations;
mod scalar;

use crate::finding::{Finding, Place, Report};
use crate::ir::{Field, Ir};
use crate::lower;
use crate::spec::{self, Protocol, Spec};
use crate::workers;

impl Spec {
    /// Everything that is wrong with the specification, in the order of files and lines.
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        self.checked().1
    }

    /// The specification with all names resolved.
    ///
    /// # Errors
    /// Every finding of [`Spec::lint`], where there is one.
    pub fn lower(&self) -> Result<Ir<'_>, Vec<Finding>> {
        match self.checked() {
            (ir, findings) if findings.is_empty() => Ok(ir),
            (_, findings) => Err(findings),
        }
    }

    fn checked(&self) -> (Ir<'_>, Vec<Finding>) {
        let mut findings = self.findings.clone();
        let ir = lower::lower(self, &mut findings);
        let check = |file: &spec::File| {
            let mut findings = check_file(file);
            self.sensitive.check(file, &mut findings);
            findings
        };
        findings.extend(workers::each(&self.files, check).into_iter().flatten());
        check_examples(&ir, &mut findings);
        self.selection.iter().for_each(|selection| selection.check(self, &mut findings));
        findings.sort();
        findings.dedup();
        (ir, findings)
    }
}

fn check_file(file: &spec::File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = Report::new(&file.path, &mut findings);
    for item in &file.operations {
        let protocol = file.home.protocol().unwrap_or(Protocol::V2);
        operations::check(item, protocol, &mut report);
        let place = Place::of(&item.method);
        fields::check(&item.request, place.part("request"), &mut report);
        fields::check(&item.response, place.part("response"), &mut report);
    }
    for item in &file.notifications {
        operations::check_topic(item, &mut report);
        fields::check(&item.fields, Place::of(&item.name), &mut report);
        fields::check_received(&item.fields, Place::of(&item.name), &mut report);
    }
    for item in &file.types {
        fields::check(&item.fields, Place::of(&item.name), &mut report);
        fields::check_received(&item.fields, Place::of(&item.name), &mut report);
    }
    for item in file.enums.iter().filter(|item| item.values.is_empty()) {
        let fix = "list the known values, or use `string`";
        report.add(item.line, Place::of(&item.name), "the enum has no values", fix);
    }
    findings
}

fn check_examples(ir: &Ir<'_>, findings: &mut Vec<Finding>) {
    for group in ir.groups.values() {
        let mut report = Report::new(&group.file.path, findings);
        for item in &group.operations {
            let place = Place::of(&item.spec.method);
            check_rows(ir, &item.request, place.part("request"), &mut report);
            check_rows(ir, &item.response, place.part("response"), &mut report);
        }
        for item in &group.notifications {
            check_rows(ir, &item.fields, Place::of(&item.spec.name), &mut report);
        }
    }
    for item in &ir.types {
        let mut report = Report::new(&item.file.path, findings);
        check_rows(ir, &item.fields, Place::of(&item.spec.name), &mut report);
    }
}

fn check_rows(ir: &Ir<'_>, rows: &[Field<'_>], place: Place<'_>, report: &mut Report<'_>) {
    for row in rows {
        example::check(ir, row, place.member(&row.spec.name), report);
        fields::check_conditions(ir, row, rows, place.member(&row.spec.name), report);
    }
}
