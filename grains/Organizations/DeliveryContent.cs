namespace AutoDeploy.Organizations;

/// <summary>What was delivered. Stored encrypted, and only for a while.</summary>
/// <param name="Headers">Those that matter, without what proves who the sender is.</param>
/// <param name="Body">As it was sent; null when it is too large to be kept.</param>
public sealed record DeliveryContent(IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body)
{
    /// <summary>Not what is in it.</summary>
    public override string ToString() => $"{Body?.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} bytes";
}
