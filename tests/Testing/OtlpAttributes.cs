namespace AutoDeploy.Testing;

internal static class OtlpAttributes
{
    public static IEnumerable<KeyValuePair<string, string>> Of(ProtobufMessage message, int field) =>
        message.All(field).Select(pair => KeyValuePair.Create(pair.Text(1), pair.All(2).Select(Value).FirstOrDefault() ?? ""));

    private static string Value(ProtobufMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(2)
            ? value.Number(2) == 1 ? "true"
                : "false"
        : value.Has(3) ? value.Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : value.Has(5) ? string.Join(',', value.All(5).SelectMany(list => list.All(1)).Select(Value))
        : "";
}
