using System.Reflection;

namespace AutoDeploy.Testing;

/// <summary>Something of the product's on paper: does what it is told, and nothing else.</summary>
public class Fake : DispatchProxy
{
    private Func<string, object?[], object?> _answer = null!;

    /// <param name="answer">Gets the method's name and its arguments; null: the method is not expected.</param>
    public static T Create<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var proxy = Create<T, Fake>();
        ((Fake)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answer(targetMethod!.Name, args ?? []) ?? throw new NotSupportedException($"{targetMethod.Name} is not expected here.");
}
