{%- macro lookup(method, trait_name) %}

    #[inline]
    fn {{ method }}(&self, number: u32) -> {{ p.option }}<&dyn rt::{{ trait_name }}> {
        let field: &dyn rt::{{ trait_name }} = match number {
            {%- if message.keeps_unknown_fields %}
            0 => &self.unknown_fields,
            {%- endif %}
            {%- for field in message.fields %}
            {%- if field.reflected %}
            {%- match field.target %}
            {%- when Target::Member %}
            {{ field.number }} => &self.{{ field.name.ident }},
            {%- when Target::Oneof with { member, variant } %}
            {{ field.number }} => match &self.{{ member }} {
                Some({{ variant }}(v)) => v,
                _ => return None,
            },
            {%- endmatch %}
            {%- endif %}
            {%- endfor %}
            _ => return None,
        };
        Some(field)
    }

    #[inline]
    fn {{ method }}_mut(&mut self, number: u32) -> {{ p.option }}<&mut dyn rt::{{ trait_name }}> {
        let field: &mut dyn rt::{{ trait_name }} = match number {
            {%- if message.keeps_unknown_fields %}
            0 => &mut self.unknown_fields,
            {%- endif %}
            {%- for field in message.fields %}
            {%- if field.reflected %}
            {%- match field.target %}
            {%- when Target::Member %}
            {{ field.number }} => &mut self.{{ field.name.ident }},
            {%- when Target::Oneof with { member: _, variant: _ } %}
            {%- if let Some(a) = field.accessors %}
            {{ field.number }} => self.{{ a.get_mut }}(),
            {%- endif %}
            {%- endmatch %}
            {%- endif %}
            {%- endfor %}
            _ => return None,
        };
        Some(field)
    }
{%- endmacro %}
#[doc(hidden)]
impl rt::Codec for {{ message.ident }} {
    {%- if message.size_first && !message.is_table_driven() %}
    const SIZE_FIRST: bool = true;
    {%- endif %}
    {%- if message.has_foreign_fields() %}
    const HAS_FOREIGN_FIELDS: bool = true;
    {%- endif %}
    {%- if message.is_table_driven() %}
    const BY_TABLE: bool = true;
    {%- endif %}

    #[inline]
    fn place() -> rt::Place {
        rt::Place::new(&{{ message.descriptor }}, {{ message.index }})
    }
    {%- if !message.is_table_driven() %}

    #[inline]
    fn decode(&mut self, mut tag: u32, d: &mut rt::Decoder<'_>) -> rt::Ended {
        rt::{% if message.is_wide() %}decode_each{% else %}decode_in_order{% endif %}!(tag, d, {
            {%- for arm in message.arms() %}
            {{ arm.tag }} => {{ arm.call }};
            {%- endfor %}
            {%- if message.keeps_unknown_fields %}
            _ => d.unknown(tag, &mut self.unknown_fields);
            {%- else %}
            _ => d.skip(tag);
            {%- endif %}
        })
    }

    #[inline]
    fn encode(&self, {% if message.is_silent() %}_{% else %}e{% endif %}: &mut impl rt::Encoder) {
        {%- if message.keeps_unknown_fields %}
        e.unknown(&self.unknown_fields);
        {%- endif %}
        {%- for step in message.steps %}
        {%- match step %}
        {%- when Step::Field with { call } %}
        {{ call }};
        {%- when Step::Oneof with { member, arms, exhaustive } %}
        {%- if arms.len() == 1 %}
        {%- for arm in arms %}
        if let Some({{ arm.variant }}(v)) = &self.{{ member }} {
            {{ arm.call }};
        }
        {%- endfor %}
        {%- else %}
        match &self.{{ member }} {
            {%- for arm in arms %}
            Some({{ arm.variant }}(v)) => {{ arm.call }},
            {%- endfor %}
            {% if *exhaustive %}None{% else %}_{% endif %} => {}
        }
        {%- endif %}
        {%- endmatch %}
        {%- endfor %}
    }
    {%- endif %}

    {%- if message.has_reflected_fields() || message.keeps_unknown_fields %}
    {%- call lookup("field", "Field") %}{% endcall %}
    {%- if message.is_table_driven() %}
    {%- call lookup("coded", "Coded") %}{% endcall %}
    {%- endif %}
    {%- endif %}
}
