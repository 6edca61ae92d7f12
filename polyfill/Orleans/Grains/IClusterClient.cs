namespace Orleans;

/// <summary>The way to the grains from outside of them.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
