/// The names and methods of `{{ service.full_name }}`.
pub mod {{ service.module }} {
    {%- if !service.methods.is_empty() %}
    use super::rt;
    {%- endif %}

    /// The full name of the service.
    pub const SERVICE_NAME: &str = "{{ service.full_name }}";
    {%- for method in service.methods %}
    /// `{{ method.path }}`
    pub const {{ method.constant }}: rt::MethodDescriptor = rt::MethodDescriptor::{{ method.arity.word() }}("{{ method.path }}");
    {%- endfor %}
}
