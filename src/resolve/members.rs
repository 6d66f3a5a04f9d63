//! The fields of a message: what its struct holds, its methods and its codec.

use std::collections::BTreeMap;

use super::accessors::{self, MethodNames};
use super::codec::Coded;
use super::field::{Plurality, Surroundings, Value};
use super::message::MessageContext;
use super::rules;
use crate::descriptor::{self, FieldDescriptorProto, FieldType, number};
use crate::diagnostics::Diagnostics;
use crate::names::{self, Scope};
use crate::schema::{Field, Member, Step, StepArm, Target, Variant};

/// What comes of the fields.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) members: Vec<Member>,
    pub(super) fields: Vec<Field>,
    /// By the index of their oneof.
    pub(super) variants: BTreeMap<usize, Vec<Variant>>,
    pub(super) steps: Vec<Step>,
}

pub(super) fn resolve(message: &MessageContext<'_>, diagnostics: &mut Diagnostics) -> Contents {
    let resolver = Resolver::new(message);
    let mut contents = Contents::default();
    let mut coded: BTreeMap<u32, CodedField> = BTreeMap::new();
    for (index, proto) in message.proto.field.iter().enumerate() {
        let place = [
            &message.at.place[..],
            &[number::MESSAGE_FIELD, index as i32],
        ]
        .concat();
        let problem = match resolver.field(index, &place, &mut contents) {
            Ok(step) => coded
                .insert(step.number, step)
                .map(|_| format!("number {} is used twice", proto.number())),
            Err(problem) => Some(problem),
        };
        if let Some(problem) = problem {
            let name = &message.full_name[1..];
            let text = format!("field `{}` of `{name}`: {problem}", proto.name());
            diagnostics.push(message.context.file.locations.problem(&place, text));
        }
    }
    contents.steps = steps(coded, &contents.variants);
    contents
}

/// How a field is written, for the steps of the encoder.
struct CodedField {
    number: u32,
    /// Index, member and variant of its oneof.
    oneof: Option<(usize, String, String)>,
    call: String,
}

struct Resolver<'a> {
    message: &'a MessageContext<'a>,
    methods: Vec<MethodNames>,
    constants: Vec<String>,
    variants: Vec<String>,
    outer: Surroundings<'a>,
    inner: Surroundings<'a>,
}

impl<'a> Resolver<'a> {
    fn new(message: &'a MessageContext<'a>) -> Self {
        let fields = &message.proto.field;
        let presence: Vec<bool> = fields
            .iter()
            .map(|field| has_presence(message, field))
            .collect();
        let mut constants = Scope::default();
        let mut oneofs: BTreeMap<usize, Scope> = BTreeMap::new();
        let mut variant = |field: &FieldDescriptorProto| {
            descriptor::oneof_index(field).map_or_else(String::new, |oneof| {
                oneofs
                    .entry(oneof)
                    .or_default()
                    .allocate(&names::variant(field.name()))
            })
        };
        let outer = Surroundings {
            types: message.context.types,
            module: &message.at.module,
            prelude: message.prelude,
            message: &message.full_name,
            proto: message.proto,
            features: message.features,
        };
        Self {
            message,
            methods: accessors::method_names(&message.fields, &presence),
            constants: fields
                .iter()
                .map(|f| {
                    constants.allocate(&format!("{}_FIELD_NUMBER", f.name().to_ascii_uppercase()))
                })
                .collect(),
            variants: fields.iter().map(&mut variant).collect(),
            outer,
            inner: Surroundings {
                module: &message.inner_module,
                prelude: &message.inner_prelude,
                ..outer
            },
        }
    }

    /// Adds one field to the contents, or says what is wrong with it.
    fn field(
        &self,
        index: usize,
        place: &[i32],
        contents: &mut Contents,
    ) -> Result<CodedField, String> {
        let message = self.message;
        let proto = &message.proto.field[index];
        let name = &message.fields[index];
        let methods = &self.methods[index];
        let number = rules::number(proto)?;
        let (value, plurality) = self.outer.values(proto)?;
        let presence = has_presence(message, proto);
        let target = self.target(index, &plurality)?;
        let packed = rules::is_packed(self.outer.features_of(proto), proto, value.ty);
        if value.closed && !presence && matches!(plurality, Plurality::Singular) {
            return Err("its enum is closed, so it cannot have implicit presence".to_owned());
        }
        let unknown = if message.context.types.options.keep_unknown_fields {
            "&mut self.unknown_fields"
        } else {
            "&mut rt::UnknownFields::default()"
        };
        let coded = Coded {
            number,
            ident: &name.ident,
            target: &target,
            value: &value,
            plurality: &plurality,
            presence,
            packed,
            get_mut: &methods.get_mut,
            unknown,
        };
        let step = CodedField {
            number,
            oneof: self.oneof(proto).map(|(index, member)| {
                let Target::Oneof { variant, .. } = &target else {
                    unreachable!("a field in a oneof is stored there");
                };
                (index, member, variant.clone())
            }),
            call: coded.step(),
        };
        let arms = coded.arms();
        self.store(index, place, &value, &plurality, contents)?;
        let p = message.prelude;
        let setter = accessors::setter(
            methods.with.clone(),
            &value,
            &plurality,
            &target,
            presence,
            p,
        );
        let accessors = if presence {
            let types = message.context.types;
            let full_name = &message.full_name[1..];
            Some(accessors::accessors(
                methods.clone(),
                full_name,
                proto,
                &value,
                types,
                p,
            )?)
        } else {
            None
        };
        contents.fields.push(Field {
            deprecated: is_deprecated(proto),
            name: name.clone(),
            number,
            constant: self.constants[index].clone(),
            reflected: !value.foreign,
            target,
            setter,
            accessors,
            arms,
        });
        Ok(step)
    }

    /// Adds the member of the struct, or the variant of the oneof.
    fn store(
        &self,
        index: usize,
        place: &[i32],
        value: &Value,
        plurality: &Plurality,
        contents: &mut Contents,
    ) -> Result<(), String> {
        let message = self.message;
        let proto = &message.proto.field[index];
        let p = message.prelude;
        let docs = message.context.comments.docs(place);
        let deprecated = is_deprecated(proto);
        let options = message.context.types.options;
        if let Some((oneof, member)) = self.oneof(proto) {
            let oneof_name = message.proto.oneof_decl[oneof].name();
            if !contents.variants.contains_key(&oneof) {
                let ident = &message.names.inner.oneofs[oneof];
                let path = format!("{}.{oneof_name}", message.full_name);
                let place = [
                    &message.at.place[..],
                    &[number::MESSAGE_ONEOF, oneof as i32],
                ]
                .concat();
                contents.members.push(Member {
                    docs: message.context.comments.docs(&place),
                    attributes: options.field_attributes.all(&path).cloned().collect(),
                    deprecated: false,
                    ident: member,
                    ty: format!("{}<{}::{ident}>", p.option, message.names.module),
                });
            }
            let path = format!("{}.{oneof_name}.{}", message.full_name, proto.name());
            let (inner, _) = self.inner.values(proto)?;
            contents.variants.entry(oneof).or_default().push(Variant {
                docs,
                attributes: options.field_attributes.all(&path).cloned().collect(),
                deprecated,
                ident: self.variants[index].clone(),
                ty: inner.stored,
            });
            return Ok(());
        }
        let path = format!("{}.{}", message.full_name, proto.name());
        let stored = &value.stored;
        let ty = match plurality {
            Plurality::Repeated => format!("{}<{stored}>", p.vec),
            Plurality::Map(key) => {
                let map = if options.btree_map.matches(&path) {
                    "BTreeMap"
                } else {
                    "Map"
                };
                format!("rt::{map}<{}, {stored}>", key.stored)
            }
            Plurality::Singular if has_presence(message, proto) => {
                format!("{}<{stored}>", p.option)
            }
            Plurality::Singular => stored.clone(),
        };
        contents.members.push(Member {
            docs,
            attributes: options.field_attributes.all(&path).cloned().collect(),
            deprecated,
            ident: message.fields[index].ident.clone(),
            ty,
        });
        Ok(())
    }

    fn target(&self, index: usize, plurality: &Plurality) -> Result<Target, String> {
        let message = self.message;
        let proto = &message.proto.field[index];
        let Some(oneof) = descriptor::oneof_index(proto) else {
            return Ok(Target::Member);
        };
        if !matches!(plurality, Plurality::Singular) {
            return Err("a member of a oneof cannot be repeated".to_owned());
        }
        let (_, member) = self
            .oneof(proto)
            .ok_or_else(|| format!("there is no oneof with index {oneof}"))?;
        let names = message.names;
        let path = [
            &names.module,
            &names.inner.oneofs[oneof],
            &self.variants[index],
        ];
        Ok(Target::Oneof {
            member,
            variant: path.map(String::as_str).join("::"),
        })
    }

    /// The oneof a field is in: its index, and its member of the struct.
    fn oneof(&self, proto: &FieldDescriptorProto) -> Option<(usize, String)> {
        let index = descriptor::oneof_index(proto)?;
        let name = self.message.proto.oneof_decl.get(index)?.name();
        let member = self
            .message
            .oneofs
            .iter()
            .find(|oneof| oneof.proto == name)?;
        Some((index, member.ident.clone()))
    }
}

/// Whether being unset differs from holding the default.
fn has_presence(message: &MessageContext<'_>, proto: &FieldDescriptorProto) -> bool {
    let features = rules::features(message.features, message.proto, proto);
    let types = message.context.types;
    let ty = FieldType::of(proto).or_else(|| types.field_type(proto.type_name()).ok());
    rules::has_presence(features, proto, ty)
}

fn is_deprecated(proto: &FieldDescriptorProto) -> bool {
    proto.options().deprecated()
}

/// Last number first, since the encoder writes back to front.
fn steps(coded: BTreeMap<u32, CodedField>, variants: &BTreeMap<usize, Vec<Variant>>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut coded = coded.into_values().rev().peekable();
    while let Some(field) = coded.next() {
        let Some((oneof, member, variant)) = field.oneof else {
            steps.push(Step::Field { call: field.call });
            continue;
        };
        let mut arms = vec![StepArm {
            variant,
            call: field.call,
        }];
        while let Some(next) = coded.next_if(|next| {
            next.oneof
                .as_ref()
                .is_some_and(|(other, ..)| *other == oneof)
        }) {
            let (_, _, variant) = next.oneof.unwrap_or_default();
            arms.push(StepArm {
                variant,
                call: next.call,
            });
        }
        let exhaustive = variants
            .get(&oneof)
            .is_some_and(|all| all.len() == arms.len());
        steps.push(Step::Oneof {
            member,
            arms,
            exhaustive,
        });
    }
    steps
}
