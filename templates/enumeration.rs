{%- if enumeration.docs.is_empty() %}
/// The enum `{{ enumeration.full_name }}`.
{%- else %}
{{ enumeration.docs|docs }}
{%- endif %}
{{ enumeration.deprecated|deprecated }}
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash{% if enumeration.default.is_none() %}, Default{% endif %})]
{{ enumeration.attributes|lines }}
pub struct {{ enumeration.ident }}(pub i32);

impl {{ enumeration.ident }} {
    {%- for value in enumeration.values %}
    {{ value.docs|docs }}
    {%- if !value.docs.is_empty() %}
    ///
    {%- endif %}
    /// `{{ value.name.proto }} = {{ value.number }}`
    {%- if let Some(alias) = value.name.alias() %}
    #[doc(alias = "{{ alias }}")]
    {%- endif %}
    {{ value.deprecated|deprecated }}
    pub const {{ value.name.ident }}: Self = Self({{ value.number }});
    {%- endfor %}
}
{%- if let Some(number) = enumeration.default %}

impl {{ p.default }} for {{ enumeration.ident }} {
    #[inline]
    fn default() -> Self {
        Self({{ number }})
    }
}
{%- endif %}

rt::impl_enum!({{ enumeration.ident }}, "{{ enumeration.full_name }}", {% if enumeration.closed %}closed{% else %}open{% endif %}, [
    {%- for value in enumeration.values %}"{{ value.name.proto }}" = {{ value.number }}{% if !loop.last %}, {% endif %}{% endfor -%}
]);
