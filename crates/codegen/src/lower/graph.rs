//! What follows from who contains whom: cycles, uses, features, and which types carry rules.

use crate::finding::{Finding, Place, Report, UNUSED};
use crate::ir::{Field, Ir, Leaf, Usage};
use crate::spec::{self, Need};

pub(super) fn finish(ir: &mut Ir<'_>, findings: &mut Vec<Finding>) {
    box_cycles(ir);
    count_uses(ir);
    spread_rules(ir);
    name_features(ir);
    report_uses(ir, findings);
}

impl Ir<'_> {
    /// What `models.toml` chooses, with the types that this needs; everything where the specification has no such file.
    /// Names stay what they are in the whole.
    #[must_use]
    pub fn selected(mut self) -> Self {
        let Some(selection) = self.selection else { return self };
        for ((protocol, _), group) in &mut self.groups {
            group.operations.retain(|item| selection.holds(*protocol, &item.spec.method));
        }
        self.groups.retain(|_, group| !group.operations.is_empty());
        count_uses(&mut self);
        name_features(&mut self);
        self
    }
}

/// Boxes every field through which a type contains itself. Lists need no box.
fn box_cycles(ir: &mut Ir<'_>) {
    let edges: Vec<Vec<usize>> = ir
        .types
        .iter()
        .map(|item| {
            item.fields.iter().filter(|field| !field.ty.is_list()).filter_map(|f| f.leaf.as_type()).collect()
        })
        .collect();
    let component = components(&edges);
    for (index, item) in ir.types.iter_mut().enumerate() {
        for field in &mut item.fields {
            let inner = field.leaf.as_type().and_then(|inner| component.get(inner));
            field.boxed = !field.ty.is_list() && inner.is_some() && inner == component.get(index);
        }
    }
}

/// The strongly connected component of each node (Tarjan's algorithm, without recursion).
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut order = vec![NONE; edges.len()];
    let mut low = vec![NONE; edges.len()];
    let mut component = vec![NONE; edges.len()];
    let (mut next, mut path) = (0, Vec::new());
    for root in 0..edges.len() {
        let mut work = vec![(root, 0_usize)];
        while let Some((node, edge)) = work.pop() {
            let (Some(seen), Some(out)) = (order.get(node).copied(), edges.get(node)) else { continue };
            if seen == NONE {
                put(&mut order, node, next);
                put(&mut low, node, next);
                next += 1;
                path.push(node);
            } else if edge == 0 {
                continue;
            }
            // Coming back from the inner node of the edge before.
            if let Some(inner) = edge.checked_sub(1).and_then(|edge| out.get(edge)) {
                lower(&mut low, node, at(&component, *inner) == NONE, *inner);
            }
            if let Some(inner) = out.get(edge) {
                work.push((node, edge + 1));
                if at(&order, *inner) == NONE {
                    work.push((*inner, 0));
                }
            } else if at(&low, node) == at(&order, node) {
                while let Some(member) = path.pop() {
                    put(&mut component, member, node);
                    if member == node {
                        break;
                    }
                }
            }
        }
    }
    component
}

fn at(values: &[usize], index: usize) -> usize {
    values.get(index).copied().unwrap_or(usize::MAX)
}

fn put(values: &mut [usize], index: usize, value: usize) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}

fn lower(low: &mut [usize], node: usize, open: bool, inner: usize) {
    let candidate = at(low, inner);
    if open && candidate < at(low, node) {
        put(low, node, candidate);
    }
}

/// Notes for each type and enum which groups need it, and whether requests do.
fn count_uses(ir: &mut Ir<'_>) {
    let mut types = vec![Usage::default(); ir.types.len()];
    let mut enums = vec![Usage::default(); ir.enums.len()];
    for (key, group) in &ir.groups {
        let asked = group.operations.iter().flat_map(|item| &item.request).map(|field| (field.leaf, true));
        let told = group.operations.iter().flat_map(|item| &item.response);
        let told = told.chain(group.notifications.iter().flat_map(|item| &item.fields));
        let mut work: Vec<(Leaf, bool)> = asked.chain(told.map(|field| (field.leaf, false))).collect();
        while let Some((leaf, asked)) = work.pop() {
            let usage = match leaf {
                Leaf::Scalar(_) => continue,
                Leaf::Enum(index) => enums.get_mut(index),
                Leaf::Type(index) => types.get_mut(index),
            };
            let Some(usage) = usage else { continue };
            let news = usage.groups.insert(*key) | (asked && !usage.asked);
            usage.asked |= asked;
            if let (true, Leaf::Type(index)) = (news, leaf) {
                let fields = ir.types.get(index).map_or(&[][..], |item| &item.fields);
                work.extend(fields.iter().map(|field| (field.leaf, asked)));
            }
        }
    }
    ir.types.iter_mut().zip(types).for_each(|(item, usage)| item.usage = usage);
    ir.enums.iter_mut().zip(enums).for_each(|(item, usage)| item.usage = usage);
}

/// Marks the types with rules of their own, then every type that contains one.
fn spread_rules(ir: &mut Ir<'_>) {
    let mut containers = vec![Vec::new(); ir.types.len()];
    let mut work = Vec::new();
    for (index, item) in ir.types.iter().enumerate() {
        for inner in item.fields.iter().filter_map(|field| field.leaf.as_type()) {
            containers.get_mut(inner).into_iter().for_each(|list: &mut Vec<usize>| list.push(index));
        }
        if item.fields.iter().any(|field| field.has_rule()) {
            work.push(index);
        }
    }
    while let Some(index) = work.pop() {
        let Some(item) = ir.types.get_mut(index).filter(|item| !item.ruled) else { continue };
        item.ruled = true;
        work.extend(containers.get(index).into_iter().flatten());
    }
}

impl Field<'_> {
    /// Whether the field itself has a rule that is checked before sending, or must not be shown.
    pub(crate) fn has_rule(&self) -> bool {
        let spec::Field { need, only_when, len, min, max, scale, max_items, item_len, .. } = self.spec;
        let spec::Field { after, max_span_days, sensitive, .. } = self.spec;
        *need != Need::Optional
            || only_when.is_some()
            || len.is_some()
            || min.is_some()
            || max.is_some()
            || scale.is_some()
            || max_items.is_some()
            || item_len.is_some()
            || after.is_some()
            || max_span_days.is_some()
            || sensitive.is_some()
    }
}

/// A feature is a group. It never brings another one: what several groups need is in a common.toml.
fn name_features(ir: &mut Ir<'_>) {
    ir.features = ir.groups.keys().map(|(_, group)| *group).collect();
}

fn report_uses(ir: &Ir<'_>, findings: &mut Vec<Finding>) {
    for item in &ir.types {
        report_use("type", item.file, item.spec.line, &item.spec.name, &item.usage, findings);
    }
    for item in &ir.enums {
        report_use("enum", item.file, item.spec.line, &item.spec.name, &item.usage, findings);
    }
}

fn report_use(
    kind: &str,
    file: &spec::File,
    line: u32,
    name: &str,
    usage: &Usage<'_>,
    findings: &mut Vec<Finding>,
) {
    if usage.groups.is_empty() {
        let what = format!("{UNUSED} {kind}");
        Report::new(&file.path, findings).add(line, Place::of(name), what, "delete it");
    }
}
