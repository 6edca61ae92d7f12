using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain and of a reference to one alike.</summary>
public static class GrainExtensions
{
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) =>
        (TGrainInterface)grain.AsReference(typeof(TGrainInterface));

    public static object AsReference(this IAddressable grain, Type interfaceType)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain is GrainReference reference
            ? GrainReference.Create(interfaceType, reference.Class, reference.Key)
            : GrainReference.Create(interfaceType, ActivationOf(grain).Class, ActivationOf(grain).Key);
    }

    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    public static object Cast(this IAddressable grain, Type interfaceType) => grain.AsReference(interfaceType);

    public static GrainId GetGrainId(this IAddressable grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain is GrainReference reference ? reference.GrainId : ActivationOf(grain).GrainId;
    }

    public static string GetPrimaryKeyString(this IAddressable grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain is GrainReference reference ? reference.Key : ActivationOf(grain).Key;
    }

    private static Activation ActivationOf(IAddressable grain) => grain is IGrainBase self
        ? Activation.Of(self)
        : throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain));
}
