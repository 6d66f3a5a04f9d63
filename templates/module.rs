/// Nested types of [`{{ module.of }}`].
{{ module.allows|allow }}
pub mod {{ module.ident }} {
    {%- if let Some(runtime) = module.runtime %}
    use {{ runtime }} as rt;
    {%- endif %}

    {{ self::scope(module.scope) }}
}
