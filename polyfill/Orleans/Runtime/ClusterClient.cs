namespace Orleans.Runtime;

internal sealed class ClusterClient(Silo silo, IServiceProvider services) : IClusterClient
{
    public IServiceProvider ServiceProvider { get; } = services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return (TGrainInterface)(object)GrainReference.Create(typeof(TGrainInterface), silo.ClassOf(typeof(TGrainInterface), grainClassNamePrefix), primaryKey);
    }

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        return (IGrain)(object)GrainReference.Create(grainInterfaceType, silo.ClassOf(grainInterfaceType, null), grainPrimaryKey);
    }
}
