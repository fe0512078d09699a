//! Values by type, within the rules of a field.

use std::collections::BTreeSet;

use alipay_api::DateTime;
use alipay_sandbox::catalog::{Catalog, Field, FieldType, Protocol};
use serde_json::{Map, Value};

/// What texts are made of, beside letters: what forms, JSON and URLs have to escape, and more than ASCII.
const ODD: [&str; 14] = ["&", "=", "+", "%", " ", "/", "\"", "\\", "<", "'", "中", "券", "é", "🎫"];

/// A field of the request (empty) or of a type.
type Place = (String, String);

/// Makes objects of one protocol.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    catalog: &'a Catalog,
    protocol: Protocol,
    now: DateTime,
    random: u64,
    /// Whether rules between fields are kept, by leaving fields out. Each variant leaves out others.
    rules: Option<usize>,
    /// Types that the value under way is inside of.
    stack: Vec<&'a str>,
    covered: BTreeSet<Place>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        protocol: Protocol,
        now: DateTime,
        seed: u64,
        rules: Option<usize>,
    ) -> Self {
        let random = seed ^ rules.unwrap_or_default() as u64;
        Self { catalog, protocol, now, random, rules, stack: Vec::new(), covered: BTreeSet::new() }
    }

    /// An object of these fields, without files.
    pub(super) fn object(&mut self, rows: &'a [Field]) -> Map<String, Value> {
        let owner = self.stack.last().copied().unwrap_or_default();
        // Inside of itself a type ends with its plain fields.
        let is_repeated = self.stack.iter().filter(|name| **name == owner).count() > 1;
        let mut object = Map::new();
        for row in rows {
            let is_plain = !matches!(row.inner(), FieldType::Named(_));
            if row.field_type() == FieldType::File
                || (is_repeated && !is_plain)
                || self.is_left_out(row, rows)
            {
                continue;
            }
            let value = match self.rules.and_then(|variant| asked_value(row, rows, variant)) {
                Some(value) => value.into(),
                None => self.value(row, row.field_type(), rows),
            };
            object.insert(row.name.clone(), value);
        }
        self.drop_unfit(rows, &mut object);
        self.covered.extend(object.keys().map(|name| (owner.to_owned(), name.clone())));
        object
    }

    /// The places that objects had a value in so far.
    pub(super) fn covered(self) -> BTreeSet<Place> {
        self.covered
    }

    /// Whether another field of the same group is there in its place.
    fn is_left_out(&self, row: &Field, rows: &[Field]) -> bool {
        let Some(variant) = self.rules else { return false };
        if !matches!(row.need.split_once(':'), Some(("just-one-of" | "at-most-one-of", _))) {
            return false;
        }
        let group: Vec<_> = rows.iter().filter(|other| other.need == row.need).collect();
        group.get(variant % group.len()).is_some_and(|chosen| chosen.name != row.name)
    }

    /// Leaves out what may only be there under conditions that do not hold, and then what depends on that.
    fn drop_unfit(&self, rows: &[Field], object: &mut Map<String, Value>) {
        if self.rules.is_none() {
            return;
        }
        loop {
            let holds = |condition: &str| match condition.split_once('=') {
                Some((name, value)) => object.get(name).and_then(Value::as_str) == Some(value),
                None => object.contains_key(condition),
            };
            let unfit = rows.iter().find(|row| {
                object.contains_key(&row.name) && row.only_when.as_deref().is_some_and(|when| !holds(when))
            });
            let Some(unfit) = unfit else { return };
            object.remove(&unfit.name);
        }
    }

    fn value(&mut self, row: &'a Field, ty: FieldType<'a>, rows: &'a [Field]) -> Value {
        match ty {
            FieldType::Named(name) => {
                self.stack.push(name);
                let object = self.object(self.catalog.fields(self.protocol, name));
                self.stack.pop();
                object.into()
            }
            FieldType::List(item) => {
                let item = FieldType::parse(item);
                let has_two = row.max_items != Some(1) && !matches!(item, FieldType::Named(_));
                (0..=usize::from(has_two)).map(|_| self.value(row, item, rows)).collect()
            }
            FieldType::Json(inner) => self.value(row, FieldType::parse(inner), rows).to_string().into(),
            FieldType::Csv(inner) => {
                let item = |maker: &mut Self| match maker.value(row, FieldType::parse(inner), rows) {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                format!("{},{}", item(self), item(self)).into()
            }
            FieldType::Int => self.int(row).into(),
            FieldType::Bool => (self.next() & 1 == 1).into(),
            FieldType::Enum(name) => {
                let values = self.catalog.values(self.protocol, name);
                let chosen = self.below(values.len());
                values.get(chosen).map(|listed| listed.value.as_str()).into()
            }
            FieldType::Money | FieldType::Decimal => self.amount(row).into(),
            FieldType::DateTime => self.time(row, rows).to_string().into(),
            FieldType::Date => self.time(row, rows).date().to_string().into(),
            _ => self.text(row).into(),
        }
    }

    fn int(&mut self, row: &Field) -> i64 {
        let bound = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
        let least = bound(&row.min).unwrap_or(0);
        let most = bound(&row.max).unwrap_or(least.saturating_add(1 << 53));
        let span = u64::try_from(most - least).unwrap_or(0).saturating_add(1);
        least + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// The least that is allowed, or some amount.
    fn amount(&mut self, row: &Field) -> String {
        let random = self.next();
        let some = || match row.scale {
            Some(0) => (random % 9 + 1).to_string(),
            _ => format!("{}.{:02}", random % 9, random % 89 + 10),
        };
        let bound = row.min.clone().or_else(|| row.max.clone()).unwrap_or_else(some);
        // As Alipay writes amounts, and so do we.
        match row.inner() {
            FieldType::Money if !bound.contains('.') => format!("{bound}.00"),
            _ => bound,
        }
    }

    /// A day ahead, and one more for each field that must be earlier.
    fn time(&self, row: &Field, rows: &[Field]) -> DateTime {
        let mut days = 1;
        let mut earlier = row.after.as_deref();
        while let Some(name) = earlier
            && days < 9
        {
            days += 1;
            earlier = rows.iter().find(|other| other.name == name).and_then(|other| other.after.as_deref());
        }
        self.now.plus_days(days).expect("a day of this century")
    }

    fn text(&mut self, row: &Field) -> String {
        let (least, most) = row.item_len.or(row.len).unwrap_or((1, 16));
        let (least, most) = (least.max(1) as usize, most.clamp(least.max(1), least.max(16)) as usize);
        let length = least + self.below(most - least + 1);
        let is_csv = matches!(row.field_type(), FieldType::Csv(_));
        // Blanks at the ends are for the gateway to cut off.
        let letters = (0..length).map(|at| {
            let is_inside = at > 0 && at + 1 < length && !is_csv;
            if is_inside && self.next().is_multiple_of(4) {
                return ODD.get(self.below(ODD.len())).copied().unwrap_or_default().to_owned();
            }
            char::from(b'a' + u8::try_from(self.below(26)).unwrap_or(0)).to_string()
        });
        letters.collect()
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % (count.max(1) as u64)).unwrap_or(0)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The value that conditions of other fields ask of this one: another in each variant.
fn asked_value(row: &Field, rows: &[Field], variant: usize) -> Option<String> {
    let conditions = rows.iter().flat_map(|other| {
        [other.need.strip_prefix("when:"), other.only_when.as_deref()].into_iter().flatten()
    });
    let values: BTreeSet<_> = conditions
        .filter_map(|condition| condition.split_once('='))
        .filter(|(name, _)| *name == row.name)
        .map(|(_, value)| value)
        .collect();
    let chosen = variant % values.len().max(1);
    values.into_iter().nth(chosen).map(str::to_owned)
}

/// Every place that a request of these fields can have a value in.
pub(super) fn places(catalog: &Catalog, protocol: Protocol, rows: &[Field]) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    let mut waiting = vec![(String::new(), rows)];
    while let Some((owner, rows)) = waiting.pop() {
        for row in rows.iter().filter(|row| row.field_type() != FieldType::File) {
            let is_new = places.insert((owner.clone(), row.name.clone()));
            if let (true, FieldType::Named(name)) = (is_new, row.inner()) {
                waiting.push((name.to_owned(), catalog.fields(protocol, name)));
            }
        }
    }
    places
}
