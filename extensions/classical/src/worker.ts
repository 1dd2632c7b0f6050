/**
 * @file The worker that runs the classical methods.
 */
import { serveMethods } from '@cordon/extension-workbench/worker';
import { classicalMethods } from './pure';

serveMethods(classicalMethods);
