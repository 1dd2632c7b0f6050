/** @file The workbench's own worker: keeps unsaved work and measures, away from the page's thread. */
import { expose } from 'comlink';
import { createBackground } from './background/serve';

expose(createBackground());
