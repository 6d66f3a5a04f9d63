{%- if let Some(a) = field.accessors %}
{{ field.deprecated|deprecated }}
{{ a.allows|allow }}
#[inline]
pub fn {{ a.get }}(&self) -> {{ a.view }} {
    {%- if a.default_static %}
    static DEFAULT: ::std::sync::LazyLock<{{ a.value }}> = ::std::sync::LazyLock::new({{ p.default }}::default);
    {%- endif %}
    {%- match field.target %}
    {%- when Target::Member %}
    {#- rustc is done sooner with a match than with methods of Option. #}
    {%- if let Some(unwrap) = a.unwrap %}
    self.{{ field.name.ident }}{{ unwrap }}
    {%- else %}
    match &self.{{ field.name.ident }} {
        Some(v) => v,
        None => {{ a.default_view }},
    }
    {%- endif %}
    {%- when Target::Oneof with { member, variant } %}
    match &self.{{ member }} {
        Some({{ variant }}(v)) => {{ a.dereference }}v,
        _ => {{ a.default_view }},
    }
    {%- endmatch %}
}

{{ field.deprecated|deprecated }}
#[inline]
pub fn {{ a.has }}(&self) -> bool {
    {%- match field.target %}
    {%- when Target::Member %}
    self.{{ field.name.ident }}.is_some()
    {%- when Target::Oneof with { member, variant } %}
    matches!(self.{{ member }}, Some({{ variant }}(_)))
    {%- endmatch %}
}

{{ field.deprecated|deprecated }}
#[inline]
pub fn {{ a.clear }}(&mut self) {
    {%- match field.target %}
    {%- when Target::Member %}
    self.{{ field.name.ident }} = None;
    {%- when Target::Oneof with { member, variant } %}
    if matches!(self.{{ member }}, Some({{ variant }}(_))) {
        self.{{ member }} = None;
    }
    {%- endmatch %}
}

{{ field.deprecated|deprecated }}
{{ a.allows|allow }}
#[inline]
pub fn {{ a.get_mut }}(&mut self) -> &mut {{ a.value }} {
    {%- match field.target %}
    {%- when Target::Member %}
    self.{{ field.name.ident }}{{ a.insert }}
    {%- when Target::Oneof with { member, variant } %}
    if !matches!(self.{{ member }}, Some({{ variant }}(_))) {
        self.{{ member }} = Some({{ variant }}({{ a.initial }}));
    }
    match &mut self.{{ member }} {
        Some({{ variant }}(v)) => v,
        _ => unreachable!(),
    }
    {%- endmatch %}
}

{{ field.deprecated|deprecated }}
#[inline]
pub fn {{ a.try_get }}(&self) -> {{ p.result }}<{{ a.view }}, rt::MissingField> {
    {%- match field.target %}
    {%- when Target::Member %}
    match &self.{{ field.name.ident }} {
        Some(v) => Ok({{ a.dereference }}v),
        None => Err(rt::MissingField::new("{{ a.message }}", "{{ field.name.proto }}")),
    }
    {%- when Target::Oneof with { member, variant } %}
    match &self.{{ member }} {
        Some({{ variant }}(v)) => Ok({{ a.dereference }}v),
        _ => Err(rt::MissingField::new("{{ a.message }}", "{{ field.name.proto }}")),
    }
    {%- endmatch %}
}
{%- endif %}

{{ field.deprecated|deprecated }}
#[inline]
pub fn {{ field.setter.ident }}(mut self, value: {{ field.setter.argument }}) -> Self {
    {%- match field.target %}
    {%- when Target::Member %}
    self.{{ field.name.ident }} = {{ field.setter.value }};
    {%- when Target::Oneof with { member, variant: _ } %}
    self.{{ member }} = {{ field.setter.value }};
    {%- endmatch %}
    self
}
